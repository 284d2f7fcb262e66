// SPDX-License-Identifier: Apache-2.0
// Gives the core's writer and reader of messages what they need for payloads that travel beside them.
import type { Core } from "../index.ts";
import { LocalSocket } from "./local-socket.ts";

/** By the handles of connections. */
type Sockets = Map<number, LocalSocket>;

const socketsOf = new WeakMap<Core, Sockets>();

/** What a connection of `core` sends goes over `socket`, until `ended`. */
export function carryPayloads(
  core: Core,
  handle: number,
  socket: LocalSocket,
  ended: Promise<unknown>,
): void {
  const sockets = socketsOf.get(core) ?? hook(core);
  sockets.set(handle, socket);
  void ended.then(() => {
    // Or its shared memory would live as long as the core, which is the page's.
    if (sockets.get(handle) === socket) sockets.delete(handle);
  });
}

/** A function of its own: what it gives the core must hold no socket. */
function hook(core: Core): Sockets {
  const sockets: Sockets = new Map();
  socketsOf.set(core, sockets);
  core.writer.attach = (value) => sockets.get(core.roomHandle)?.attach(value, core.writes);
  core.reader.attached = LocalSocket.take;
  return sockets;
}
