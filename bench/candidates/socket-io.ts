// SPDX-License-Identifier: Apache-2.0
// socket.io, WebSocket only, events with acknowledgements.
import type { Connection } from "../page/candidate.ts";
import { openSocketIo } from "../page/socket-io.ts";

export async function open(origin: string): Promise<Connection> {
  const socket = await openSocketIo(origin);
  return {
    call: (text) => socket.emitWithAck("echo", text),
    close: () => socket.close(),
  };
}
