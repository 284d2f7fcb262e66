// SPDX-License-Identifier: Apache-2.0
// What the Node servers share: the pages, served isolated as the native server does, and the line
// that tells the harness where they listen.
import { readFileSync, statSync } from "node:fs";
import { extname, join, normalize } from "node:path";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".wasm": "application/wasm",
};

const folder = process.argv[2];
if (folder === undefined) throw new Error("usage: node SERVER.mjs FOLDER_OF_PAGES");

/** Answers with a file of the folder; false when there is none. */
export function servePage(request, response) {
  const path = join(folder, normalize(new URL(request.url, "http://localhost").pathname));
  if (request.method !== "GET" || !statSync(path, { throwIfNoEntry: false })?.isFile())
    return false;
  response.writeHead(200, {
    "content-type": types[extname(path)] ?? "application/octet-stream",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
  });
  response.end(readFileSync(path));
  return true;
}

export function servePageOr404(request, response) {
  if (servePage(request, response)) return;
  response.writeHead(404);
  response.end();
}

/** Listens on a free loopback port and says so. SIGTERM ends the process. */
export function listen(server) {
  server.listen(0, "127.0.0.1", () => announce(server.address().port));
}

export function announce(port) {
  console.log(JSON.stringify({ origin: `http://127.0.0.1:${port}` }));
}
