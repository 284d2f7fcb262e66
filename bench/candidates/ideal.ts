// SPDX-License-Identifier: Apache-2.0
// The practical limit: a client written by hand for this one call. All calls of a turn leave in one
// message, all answers to it come in one. No deadlines, errors, cancellation, schema or checks.
// A frame: call slot (4 bytes), size (4 bytes), text, padding to 8.
import { readAscii, writeAscii } from "../page/ascii.ts";
import type { Connection } from "../page/candidate.ts";
import { openSocket } from "../page/raw-socket.ts";

const headerSize = 8;

export async function open(origin: string): Promise<Connection> {
  const socket = await openSocket(origin, "/raw-coalesced");
  const bytes = new Uint8Array(1 << 20);
  const view = new DataView(bytes.buffer);
  let used = 0;
  const waiting: ((answer: string) => void)[] = [];
  const freeSlots: number[] = [];

  const flush = (): void => {
    socket.send(bytes.subarray(0, used));
    used = 0;
  };

  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
    const received = new DataView(data);
    for (let offset = 0; offset < data.byteLength; ) {
      const slot = received.getUint32(offset, true);
      const size = received.getUint32(offset + 4, true);
      freeSlots.push(slot);
      waiting[slot]?.(readAscii(received, offset + headerSize, size));
      offset += headerSize + ((size + 7) & ~7);
    }
  };

  return {
    call(text) {
      if (used === 0) queueMicrotask(flush);
      const slot = freeSlots.pop() ?? waiting.length;
      view.setUint32(used, slot, true);
      view.setUint32(used + 4, text.length, true);
      writeAscii(text, bytes, used + headerSize);
      used += headerSize + ((text.length + 7) & ~7);
      return new Promise((resolve) => {
        waiting[slot] = resolve;
      });
    },
    close: () => socket.close(),
  };
}
