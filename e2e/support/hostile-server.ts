// SPDX-License-Identifier: Apache-2.0
// A WebSocket server that speaks cortado.v1 up to the first call, and then does what a test says.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { callIds, welcome } from "./frames.ts";

export interface HostileServer {
  /** "ws://127.0.0.1:41233/rpc" */
  readonly url: string;
  /** The codes with which clients closed, in order. */
  readonly closeCodes: readonly number[];
  close(): Promise<void>;
}

/** `answer` is called for every call that arrives. */
export async function serveHostile(
  answer: (socket: WebSocket, callId: bigint) => void,
): Promise<HostileServer> {
  const server = createServer((_, response) => response.writeHead(404).end());
  const sockets = new WebSocketServer({
    server,
    path: "/rpc",
    handleProtocols: () => "cortado.v1",
  });
  const closeCodes: number[] = [];
  sockets.on("connection", (socket) => {
    socket.send(welcome());
    socket.on("message", (message: Buffer) => {
      for (const id of callIds(message, 0x01)) answer(socket, id);
    });
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
