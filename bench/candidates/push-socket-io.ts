// SPDX-License-Identifier: Apache-2.0
// socket.io: an event an item.
import { io } from "socket.io-client";
import type { PushConnection } from "../page/candidate.ts";

export async function open(origin: string): Promise<PushConnection> {
  const socket = io(origin, { transports: ["websocket"] });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  return {
    call: (text) => socket.emitWithAck("echo", text),
    push: (text, count, read) =>
      new Promise((resolve) => {
        let left = count;
        const onItem = (item: string): void => {
          read(item);
          left -= 1;
          if (left > 0) return;
          socket.off("item", onItem);
          resolve();
        };
        socket.on("item", onItem);
        socket.emit("repeat", text, count);
      }),
    close: () => socket.close(),
  };
}
