// SPDX-License-Identifier: Apache-2.0
// Cortado over message ports.
import type { OpenBus } from "../connection.ts";
import { connectByPort, copying } from "../cortado.ts";

export const open: OpenBus = (script) => copying(connectByPort(script));
