// SPDX-License-Identifier: Apache-2.0
// The hand-written ends of pushes: what is asked for is counted, and nothing else is known. Items
// come in frames, one or many in a message.
import { writeAscii } from "./ascii.ts";
import { onlyItem, type PushConnection } from "./candidate.ts";
import { coalesced, openSocket, readTexts } from "./raw-socket.ts";

export async function openRawPush(origin: string, path: string): Promise<PushConnection> {
  const socket = await openSocket(origin, path);
  const push = (text: string, count: number, read: (text: string) => void): Promise<void> => {
    const request = new Uint8Array(4 + text.length);
    new DataView(request.buffer).setUint32(0, count, true);
    writeAscii(text, request, 4);
    socket.send(request);
    return readTexts(socket, coalesced, count, read);
  };
  return {
    push,
    call: (text) => onlyItem((read) => push(text, 1, read)),
    close: () => socket.close(),
  };
}
