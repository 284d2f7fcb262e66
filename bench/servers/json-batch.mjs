// SPDX-License-Identifier: Apache-2.0
// A JSON-RPC batch on plain Node: parse, map, stringify.
import { createServer } from "node:http";
import { listen, servePageOr404 } from "./pages.mjs";

const echo = ({ id, params }) => ({ jsonrpc: "2.0", id, result: { text: params.text } });

const server = createServer((request, response) => {
  if (request.method !== "POST") return servePageOr404(request, response);
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const calls = JSON.parse(Buffer.concat(chunks).toString());
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(calls.map(echo)));
  });
});
listen(server);
