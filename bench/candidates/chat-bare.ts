// SPDX-License-Identifier: Apache-2.0
// A chat by hand, a WebSocket message an item.
import type { Open } from "../page/candidate.ts";
import { bare } from "../page/raw-socket.ts";
import { openRawChat } from "../page/raw-streams.ts";

export const open: Open = (origin) => openRawChat(origin, "/raw-echo", bare);
