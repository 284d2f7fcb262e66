// SPDX-License-Identifier: Apache-2.0
// socket.io: an event an item, each way.
import { type ChatConnection, onlyItem } from "../page/candidate.ts";
import { openSocketIo } from "../page/socket-io.ts";

export async function open(origin: string): Promise<ChatConnection> {
  const socket = await openSocketIo(origin);
  let onItem: (item: string) => void = () => undefined;
  socket.on("chat", (item: string) => onItem(item));
  const chat: ChatConnection["chat"] = (text, count, read) =>
    new Promise((resolve) => {
      let left = count;
      onItem = (item) => {
        read(item);
        left -= 1;
        if (left === 0) resolve();
      };
      for (let sent = 0; sent < count; ++sent) socket.emit("chat", text);
    });
  return {
    chat,
    call: (text) => onlyItem((read) => chat(text, 1, read)),
    openChat: () => ({
      call: (text) =>
        new Promise((resolve) => {
          onItem = resolve;
          socket.emit("chat", text);
        }),
      close: () => undefined,
    }),
    close: () => socket.close(),
  };
}
