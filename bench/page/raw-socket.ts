// SPDX-License-Identifier: Apache-2.0
// What the hand-written clients share: a socket, and the two ways in which texts travel over it.
import { readAscii, writeAscii } from "./ascii.ts";
import { webSocketUrl } from "./candidate.ts";

export async function openSocket(origin: string, path: string): Promise<WebSocket> {
  const socket = new WebSocket(webSocketUrl(origin, path));
  socket.binaryType = "arraybuffer";
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error("the WebSocket did not open"));
  });
  return socket;
}

export interface Format {
  /** Sends the text so often. */
  send(socket: WebSocket, text: string, count: number): void;
  /** Reads the texts of one message. */
  read(message: ArrayBuffer, read: (text: string) => void): void;
}

/** Of a frame before its text: 4 bytes unused here, size (4 bytes). Behind it, padding to 8. */
const headerSize = 8;
/** Frames are put into one message until it has so many bytes. */
const messageSizeMax = 64 << 10;

const frameSizeOf = (textSize: number): number => headerSize + ((textSize + 7) & ~7);

/** As many in a message as a moderate one holds. */
export const coalesced: Format = {
  send(socket, text, count) {
    const frameSize = frameSizeOf(text.length);
    const perMessage = Math.min(count, Math.ceil(messageSizeMax / frameSize));
    const bytes = new Uint8Array(perMessage * frameSize);
    const view = new DataView(bytes.buffer);
    for (let left = count; left > 0; ) {
      const frames = Math.min(left, perMessage);
      for (let offset = 0; offset < frames * frameSize; offset += frameSize) {
        view.setUint32(offset + 4, text.length, true);
        writeAscii(text, bytes, offset + headerSize);
      }
      socket.send(bytes.subarray(0, frames * frameSize));
      left -= frames;
    }
  },
  read(message, read) {
    const received = new DataView(message);
    for (let offset = 0; offset < message.byteLength; ) {
      const size = received.getUint32(offset + 4, true);
      read(readAscii(received, offset + headerSize, size));
      offset += frameSizeOf(size);
    }
  },
};

/** Each a message of its own. */
export const bare: Format = {
  send(socket, text, count) {
    for (let sent = 0; sent < count; ++sent) {
      const bytes = new Uint8Array(text.length);
      writeAscii(text, bytes, 0);
      socket.send(bytes);
    }
  },
  read(message, read) {
    read(readAscii(new DataView(message), 0, message.byteLength));
  },
};

/** Fulfilled when so many texts have come. */
export function readTexts(
  socket: WebSocket,
  format: Format,
  count: number,
  read: (text: string) => void,
): Promise<void> {
  let left = count;
  const readOne = (text: string): void => {
    left -= 1;
    read(text);
  };
  return new Promise((resolve) => {
    socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      format.read(data, readOne);
      if (left === 0) resolve();
    };
  });
}
