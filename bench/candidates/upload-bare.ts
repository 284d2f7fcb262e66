// SPDX-License-Identifier: Apache-2.0
// Uploads by hand, a WebSocket message an item.
import type { Open } from "../page/candidate.ts";
import { bare } from "../page/raw-socket.ts";
import { openRawUpload } from "../page/raw-streams.ts";

export const open: Open = (origin) => openRawUpload(origin, "/raw-upload", bare);
