// SPDX-License-Identifier: Apache-2.0
// rpc-websockets' own server on Node's HTTP server.
import { createServer } from "node:http";
import { Server } from "rpc-websockets";
import { listen, servePageOr404 } from "./pages.mjs";

const server = createServer(servePageOr404);
new Server({ server }).register("echo", ({ text }) => text);
listen(server);
