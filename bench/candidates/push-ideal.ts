// SPDX-License-Identifier: Apache-2.0
// Pushes by hand: as many in a message as a moderate one holds.
import type { Open } from "../page/candidate.ts";
import { openRawPush } from "../page/raw-push.ts";

export const open: Open = (origin) => openRawPush(origin, "/raw-push-coalesced");
