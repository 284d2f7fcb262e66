// SPDX-License-Identifier: Apache-2.0
// A WebSocket server that speaks cortado.v1 up to the point where a test wants it to go wrong.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

export interface HostileServer {
  /** "ws://127.0.0.1:41233/rpc" */
  readonly url: string;
  /** The codes with which clients closed, in order. */
  readonly closeCodes: readonly number[];
  close(): Promise<void>;
}

/** `misbehave` is called with every first message of a connection: HELLO and what came with it. */
export async function serveHostile(
  misbehave: (socket: WebSocket, first: Buffer) => void,
): Promise<HostileServer> {
  const server = createServer((_, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({
    server,
    path: "/rpc",
    handleProtocols: () => "cortado.v1",
  });
  const closeCodes: number[] = [];
  sockets.on("connection", (socket) => {
    socket.once("message", (data: Buffer) => misbehave(socket, data));
    socket.on("close", (code) => closeCodes.push(code));
    socket.on("error", () => closeCodes.push(0)); // what the client sent is not of interest here
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `ws://127.0.0.1:${port}/rpc`,
    closeCodes,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
