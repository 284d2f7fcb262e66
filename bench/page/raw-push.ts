// SPDX-License-Identifier: Apache-2.0
// The hand-written ends of pushes: what is asked for is counted, and nothing else is known. A frame:
// 4 bytes unused, size (4 bytes), text, padding to 8.
import { readAscii, writeAscii } from "./ascii.ts";
import { type PushConnection, webSocketUrl } from "./candidate.ts";

const headerSize = 8;

export async function openRawPush(origin: string, path: string): Promise<PushConnection> {
  const socket = new WebSocket(webSocketUrl(origin, path));
  socket.binaryType = "arraybuffer";
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error("the WebSocket did not open"));
  });

  const push = (text: string, count: number, read: (text: string) => void): Promise<void> => {
    const request = new Uint8Array(4 + text.length);
    new DataView(request.buffer).setUint32(0, count, true);
    writeAscii(text, request, 4);
    socket.send(request);
    let left = count;
    return new Promise((resolve) => {
      socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
        const received = new DataView(data);
        for (let offset = 0; offset < data.byteLength; left -= 1) {
          const size = received.getUint32(offset + 4, true);
          read(readAscii(received, offset + headerSize, size));
          offset += headerSize + ((size + 7) & ~7);
        }
        if (left === 0) resolve();
      };
    });
  };
  return {
    push,
    async call(text) {
      let answer = "";
      await push(text, 1, (item) => {
        answer = item;
      });
      return answer;
    },
    close: () => socket.close(),
  };
}
