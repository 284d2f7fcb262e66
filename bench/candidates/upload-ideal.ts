// SPDX-License-Identifier: Apache-2.0
// Uploads by hand: as many items in a message as a moderate one holds.
import type { Open } from "../page/candidate.ts";
import { coalesced } from "../page/raw-socket.ts";
import { openRawUpload } from "../page/raw-streams.ts";

export const open: Open = (origin) => openRawUpload(origin, "/raw-upload-coalesced", coalesced);
