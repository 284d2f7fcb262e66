// SPDX-License-Identifier: Apache-2.0
// Pushes by hand, a WebSocket message each.
import type { Open } from "../page/candidate.ts";
import { openRawPush } from "../page/raw-push.ts";

export const open: Open = (origin) => openRawPush(origin, "/raw-push");
