// SPDX-License-Identifier: Apache-2.0
// socket.io, WebSocket only, events with acknowledgements.
import { io } from "socket.io-client";
import type { Connection } from "../page/candidate.ts";

export async function open(origin: string): Promise<Connection> {
  const socket = io(origin, { transports: ["websocket"] });
  await new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("connect_error", reject);
  });
  return {
    call: (text) => socket.emitWithAck("echo", text),
    close: () => socket.close(),
  };
}
