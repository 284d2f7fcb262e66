// SPDX-License-Identifier: Apache-2.0
// A server of Adder by JSON-RPC 2.0 on a real port, with what tests want to know of it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Fulfilled when the client hung up before it was answered. */
  readonly aborted: Promise<void>;
}

/** What to answer with, or undefined to do it by hand. */
export type Respond = (seen: Seen, response: ServerResponse) => void;

interface RequestMessage {
  readonly id?: number;
  readonly method: string;
  readonly params: { readonly a: number; readonly b: number; readonly note: string };
}

export function answerOf({ id, params }: RequestMessage): object {
  return { jsonrpc: "2.0", id, result: { sum: params.a + params.b, note: params.note } };
}

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(value));
}

/** As a Cortado server does. */
export const addAll: Respond = ({ method, url, body }, response) => {
  if (method === "GET") {
    const params = JSON.parse(new URL(url, "http://x").searchParams.get("params") ?? "{}");
    sendJson(response, { sum: params.a + params.b, note: params.note });
    return;
  }
  const requests = JSON.parse(body) as RequestMessage | RequestMessage[];
  const answers = [requests]
    .flat()
    .filter(({ id }) => id !== undefined)
    .map(answerOf);
  if (answers.length === 0) response.writeHead(204).end();
  else sendJson(response, Array.isArray(requests) ? answers : answers[0]);
};

export class JsonServer {
  readonly seen: Seen[] = [];
  respond: Respond;
  readonly #server: Server;

  private constructor(respond: Respond) {
    this.respond = respond;
    this.#server = createServer((request, response) => this.#handle(request, response));
  }

  static async start(respond: Respond = addAll): Promise<JsonServer> {
    const server = new JsonServer(respond);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get origin(): string {
    // Listening on an address, not on a pipe.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const parts: Buffer[] = [];
    const aborted = new Promise<void>((resolve) => {
      response.on("close", () => {
        if (!response.writableEnded) resolve();
      });
    });
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const seen = { method, url, headers, body: Buffer.concat(parts).toString(), aborted };
      this.seen.push(seen);
      this.respond(seen, response);
    });
  }
}
