// SPDX-License-Identifier: Apache-2.0
// socket.io: an event an item.
import type { PushConnection } from "../page/candidate.ts";
import { openSocketIo } from "../page/socket-io.ts";

export async function open(origin: string): Promise<PushConnection> {
  const socket = await openSocketIo(origin);
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
