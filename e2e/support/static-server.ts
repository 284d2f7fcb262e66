// SPDX-License-Identifier: Apache-2.0
// Serves a folder as a site one does not control would: with chosen headers and media types, and
// without the headers of isolation that our own server adds.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const mediaTypes: { readonly [extension: string]: string } = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

interface Headers {
  readonly [name: string]: string;
}

export interface StaticServerOptions {
  readonly headers?: Headers;
  /** More of them, by path. */
  readonly headersOf?: (path: string) => Headers;
  /** By extension; replaces the right ones. */
  readonly mediaTypes?: { readonly [extension: string]: string };
}

export interface StaticServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function serveFolder(
  folder: string,
  options: StaticServerOptions = {},
): Promise<StaticServer> {
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const path = normalize(pathname.endsWith("/") ? `${pathname}index.html` : pathname);
    const extension = extname(path);
    try {
      const body = await readFile(join(folder, path));
      const type = options.mediaTypes?.[extension] ?? mediaTypes[extension] ?? "text/plain";
      const headers = { "content-type": type, ...options.headers, ...options.headersOf?.(path) };
      response.writeHead(200, headers).end(body);
    } catch {
      response.writeHead(404, { "content-type": "text/plain" }).end("not found");
    }
  };
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
