// SPDX-License-Identifier: Apache-2.0
// Cortado, calls without promises: their worker stands still.
import { blockingOverBus } from "../cortado.ts";

export const { open, introduce } = blockingOverBus;
