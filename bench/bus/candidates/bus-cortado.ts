// SPDX-License-Identifier: Apache-2.0
// Cortado, as a user gets it; only its shared memory is larger.
import type { OpenBus } from "../connection.ts";
import { connectByBus, copying } from "../cortado.ts";

export const open: OpenBus = (script) => copying(connectByBus(script));
