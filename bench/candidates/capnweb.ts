// SPDX-License-Identifier: Apache-2.0
// capnweb over a WebSocket.
import { newWebSocketRpcSession, type RpcTarget } from "capnweb";
import { type Connection, webSocketUrl } from "../page/candidate.ts";

interface Echo extends RpcTarget {
  echo(text: string): Promise<string>;
}

export async function open(origin: string): Promise<Connection> {
  const echo = newWebSocketRpcSession<Echo>(webSocketUrl(origin, "/rpc"));
  return {
    call: async (text) => echo.echo(text),
    close: () => echo[Symbol.dispose](),
  };
}
