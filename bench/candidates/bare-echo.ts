// SPDX-License-Identifier: Apache-2.0
// The bare WebSocket: one binary message a call, answers in the order of the calls. What a round
// trip costs when there is nothing else.
import { readAscii, writeAscii } from "../page/ascii.ts";
import type { Connection } from "../page/candidate.ts";
import { openSocket } from "../page/raw-socket.ts";

export async function open(origin: string): Promise<Connection> {
  const socket = await openSocket(origin, "/raw-echo");
  // A ring: the answers come in the order of the calls.
  const waiting: ((answer: string) => void)[] = new Array(4096);
  let asked = 0;
  let answered = 0;
  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
    waiting[answered++ & 4095]?.(readAscii(new DataView(data), 0, data.byteLength));
  };
  return {
    call(text) {
      const bytes = new Uint8Array(text.length);
      writeAscii(text, bytes, 0);
      socket.send(bytes);
      return new Promise((resolve) => {
        waiting[asked++ & 4095] = resolve;
      });
    },
    close: () => socket.close(),
  };
}
