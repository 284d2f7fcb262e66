// SPDX-License-Identifier: Apache-2.0
// A chat by hand: as many items in a message as a moderate one holds.
import type { Open } from "../page/candidate.ts";
import { coalesced } from "../page/raw-socket.ts";
import { openRawChat } from "../page/raw-streams.ts";

export const open: Open = (origin) => openRawChat(origin, "/raw-coalesced", coalesced);
