// SPDX-License-Identifier: Apache-2.0
// socket.io on Node's HTTP server.
import { createServer } from "node:http";
import { Server } from "socket.io";
import { listen, servePageOr404 } from "./pages.mjs";

const server = createServer(servePageOr404);
new Server(server, { transports: ["websocket"] }).on("connection", (socket) => {
  socket.on("echo", (text, answer) => answer(text));
  socket.on("repeat", (text, count) => {
    for (let sent = 0; sent < count; ++sent) socket.emit("item", text);
  });
  socket.on("chat", (text) => socket.emit("chat", text));
  let collected = { text: undefined, count: 0 };
  socket.on("collect", (text) => {
    collected.text ??= text;
    if (text === collected.text) collected.count += 1;
  });
  socket.on("collected", (answer) => {
    answer(collected);
    collected = { text: undefined, count: 0 };
  });
});
listen(server);
