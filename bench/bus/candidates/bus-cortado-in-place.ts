// SPDX-License-Identifier: Apache-2.0
// Cortado, payloads written in shared memory and read there.
import type { OpenBus } from "../connection.ts";
import { connectByBus, inPlace } from "../cortado.ts";

export const open: OpenBus = (script) => inPlace(connectByBus(script));
