// SPDX-License-Identifier: Apache-2.0
// The same, by ends that do not sleep while they wait. Two workers only: a page must not.
import type { OpenBus } from "../connection.ts";
import { openIdeal } from "../ideal.ts";
import { isWorker } from "../shared-caller.ts";

export const open: OpenBus = (script) => openIdeal(script, isWorker ? "spin" : "async");
