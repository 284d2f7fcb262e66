// SPDX-License-Identifier: Apache-2.0
// The hand-written ends of uploads and chats, for either way in which items travel. Nothing holds a
// sender back but the browser's own buffer.
import { readAscii } from "./ascii.ts";
import { type ChatConnection, onlyItem, type UploadConnection } from "./candidate.ts";
import { type Format, openSocket, readTexts } from "./raw-socket.ts";

/** An empty message ends an upload; the answer: a count (4 bytes), the first text. */
export async function openRawUpload(
  origin: string,
  path: string,
  format: Format,
): Promise<UploadConnection> {
  const socket = await openSocket(origin, path);
  const upload: UploadConnection["upload"] = (text, count) => {
    format.send(socket, text, count);
    socket.send(new Uint8Array());
    return new Promise((resolve) => {
      socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
        const answer = new DataView(data);
        const first = readAscii(answer, 4, data.byteLength - 4);
        resolve({ text: first, count: answer.getUint32(0, true) });
      };
    });
  };
  return {
    upload,
    call: async (text) => (await upload(text, 1)).text,
    close: () => socket.close(),
  };
}

/** There is nothing to open or to end: the connection is the stream. */
export async function openRawChat(
  origin: string,
  path: string,
  format: Format,
): Promise<ChatConnection> {
  const socket = await openSocket(origin, path);
  const chat: ChatConnection["chat"] = (text, count, read) => {
    format.send(socket, text, count);
    return readTexts(socket, format, count, read);
  };
  return {
    chat,
    call: (text) => onlyItem((read) => chat(text, 1, read)),
    openChat: () => {
      let resolve: (item: string) => void = () => undefined;
      socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => format.read(data, resolve);
      return {
        call: (text) => {
          format.send(socket, text, 1);
          return new Promise((resolveItem) => {
            resolve = resolveItem;
          });
        },
        close: () => undefined,
      };
    },
    close: () => socket.close(),
  };
}
