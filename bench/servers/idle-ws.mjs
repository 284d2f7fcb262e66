// SPDX-License-Identifier: Apache-2.0
// The package `ws`, which most servers on Node stand on, with nothing on it.
import { WebSocketServer } from "ws";
import { createMemoryServer } from "./memory.mjs";
import { listen } from "./pages.mjs";

const server = createMemoryServer(() => webSockets.clients.size);
const webSockets = new WebSocketServer({ server });
webSockets.on("connection", (socket) => {
  socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
});
listen(server);
