// SPDX-License-Identifier: Apache-2.0
// Gives the core's writer and reader of messages what they need for payloads that travel beside them.
import type { Core } from "../index.ts";
import { LocalSocket } from "./local-socket.ts";

const sockets = new WeakMap<Core, Map<number, LocalSocket>>();

/** What a connection of `core` sends goes over `socket` from now on; undefined: over none. */
export function carryPayloads(core: Core, handle: number, socket: LocalSocket | undefined): void {
  let byHandle = sockets.get(core);
  if (byHandle === undefined) {
    const made = new Map<number, LocalSocket>();
    byHandle = made;
    sockets.set(core, made);
    core.writer.attach = (value) => made.get(core.roomHandle)?.attach(value, core.writes);
    core.reader.attached = LocalSocket.take;
  }
  if (socket === undefined) byHandle.delete(handle);
  else byHandle.set(handle, socket);
}
