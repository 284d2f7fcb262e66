// SPDX-License-Identifier: Apache-2.0
// capnweb's own server code on Node: WebSocket and HTTP batch, both at /rpc.
import { createServer } from "node:http";
import { newWebSocketRpcSession, nodeHttpBatchRpcResponse, RpcTarget } from "capnweb";
import { WebSocket, WebSocketServer } from "ws";
import { listen, servePageOr404 } from "./pages.mjs";

// It reads the constants of the global class, which Node has from 22 on.
globalThis.WebSocket ??= WebSocket;

class Echo extends RpcTarget {
  echo(text) {
    return text;
  }
}

const server = createServer((request, response) => {
  if (request.method === "POST") nodeHttpBatchRpcResponse(request, response, new Echo());
  else servePageOr404(request, response);
});
new WebSocketServer({ server }).on("connection", (socket) =>
  newWebSocketRpcSession(socket, new Echo()),
);
listen(server);
