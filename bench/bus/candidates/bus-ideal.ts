// SPDX-License-Identifier: Apache-2.0
// The ideal: shared memory by hand, by ends that sleep.
import type { OpenBus } from "../connection.ts";
import { openIdeal } from "../ideal.ts";
import { isWorker } from "../shared-caller.ts";

export const open: OpenBus = (script) => openIdeal(script, isWorker ? "block" : "async");
