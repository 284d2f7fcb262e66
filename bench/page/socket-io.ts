// SPDX-License-Identifier: Apache-2.0
// A socket of socket.io, WebSocket only.
import { io, type Socket } from "socket.io-client";

export async function openSocketIo(origin: string): Promise<Socket> {
  const socket = io(origin, { transports: ["websocket"] });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  return socket;
}
