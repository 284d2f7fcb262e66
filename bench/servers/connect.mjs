// SPDX-License-Identifier: Apache-2.0
// connect-node over HTTP/1.1.
import { createServer } from "node:http";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { Echo } from "../schema/generated/echo_pb.js";
import { listen, servePageOr404 } from "./pages.mjs";

const routes = (router) => router.service(Echo, { echo: ({ text }) => ({ text }) });
listen(createServer(connectNodeAdapter({ routes, fallback: servePageOr404 })));
