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
  async collect(texts) {
    let first;
    let count = 0;
    for await (const text of texts) {
      first ??= text;
      if (text === first) count += 1;
    }
    return { text: first, count };
  }
  /** capnweb sends a ReadableStream and not Node's own heirs of it, of which `texts` is one. */
  chat(texts) {
    const reader = texts.getReader();
    return new ReadableStream({
      async pull(controller) {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    });
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
