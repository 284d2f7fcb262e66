// SPDX-License-Identifier: Apache-2.0
// socket.io with its sessions: a client that was away for up to two minutes gets its rooms and what
// it missed.
import { Server } from "socket.io";
import { createMemoryServer } from "./memory.mjs";
import { listen } from "./pages.mjs";

const server = createMemoryServer(() => io.engine.clientsCount);
const io = new Server(server, { transports: ["websocket"], connectionStateRecovery: {} });
io.on("connection", (socket) => {
  socket.on("echo", (text, answer) => answer(text));
});
listen(server);
