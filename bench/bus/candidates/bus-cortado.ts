// SPDX-License-Identifier: Apache-2.0
// Cortado, as a user gets it; only its shared memory is larger.
import { overBus } from "../cortado.ts";

export const { open, introduce } = overBus;
