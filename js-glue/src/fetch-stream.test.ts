// SPDX-License-Identifier: Apache-2.0
// Server streams over the real fetch from a real HTTP server, as JSON text sequences.
import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { errorOf, range } from "../test/connected.ts";
import { FeedClient, type Line } from "../test/feed.ts";
import { JsonServer, sendJson } from "../test/json-server.ts";
import type { Client } from "./client.ts";
import { connect } from "./connect.ts";

let server: JsonServer;
let client: Client;
let feed: FeedClient;
/** Of the stream last asked for. */
let response: ServerResponse;

beforeEach(async () => {
  server = await JsonServer.start((_, answer) => {
    response = answer;
    answer.writeHead(200, { "content-type": "application/json-seq; charset=utf-8" });
    answer.flushHeaders();
  });
  client = await connect(server.origin, { carrier: "fetch" });
  feed = new FeedClient(client);
});
afterEach(async () => {
  client.close();
  await server.stop();
});

const record = (value: object): string =>
  `\u{1e}${JSON.stringify({ jsonrpc: "2.0", id: 0, ...value })}\n`;
const item = (text: string, number = 0): string => record({ item: { text, number } });
const end = record({ result: {} });

async function requested(count = 1): Promise<void> {
  await vi.waitFor(() => expect(server.seen).toHaveLength(count));
}

describe("a stream over fetch", () => {
  test("is one POST that asks for a sequence, and gives its items", async () => {
    const lines: Line[] = [];
    const reading = feed.watch({ name: "é", after: 3 }, { timeoutMs: 9000 }).forEach((line) => {
      lines.push(line);
    });
    await requested();
    expect(server.seen[0]).toMatchObject({ method: "POST", url: "/rpc" });
    expect(server.seen[0]?.headers).toMatchObject({
      accept: "application/json-seq",
      "content-type": "application/json",
      "cortado-timeout-ms": "9000",
    });
    expect(JSON.parse(server.seen[0]?.body ?? "")).toEqual({
      jsonrpc: "2.0",
      id: 0,
      method: "Feed.watch",
      params: { name: "é", after: 3 },
    });
    response.end(item("a", 1) + item("b", 2) + end);
    await reading;
    expect(lines).toEqual([
      { text: "a", number: 1 },
      { text: "b", number: 2 },
    ]);
  });

  test("may arrive cut at any byte, with heartbeats in between", async () => {
    const texts: string[] = [];
    const reading = feed.watch({}).forEach(({ text }) => {
      texts.push(text);
    });
    await requested();
    const bytes = Buffer.from(`${item("é€")}\u{1e}\n${item("𝄞")}${end}`);
    for (const byte of bytes) {
      response.write(Buffer.of(byte));
      if (byte > 127) await new Promise((resolve) => setImmediate(resolve));
    }
    response.end();
    await reading;
    expect(texts).toEqual(["é€", "𝄞"]);
  });

  test("ends badly with the status of its last record", async () => {
    const reading = (async () => {
      for await (const _ of feed.watch({}));
    })();
    await requested();
    const data = { code: "data_loss", reason: "torn", retryAfterMs: 5 };
    response.end(item("a") + record({ error: { code: -32000, message: "Error", data } }));
    expect(await errorOf(reading)).toBe("data_loss: Error: torn");
  });

  test("that ends without a last record was cut", async () => {
    const reading = errorOf(feed.watch({}).forEach(() => {}));
    await requested();
    response.end(item("a"));
    expect(await reading).toBe("unavailable: the stream was cut: the network or the server went");
  });

  test("whose connection breaks is unavailable", async () => {
    const reading = errorOf(feed.watch({}).forEach(() => {}));
    await requested();
    response.write(item("a"));
    await new Promise((resolve) => setImmediate(resolve));
    response.destroy();
    expect(await reading).toMatch(/^unavailable: /);
  });

  test("with items of another shape ends", async () => {
    for (const bad of [record({ item: { text: 5 } }), "\u{1e}{\n", record({})]) {
      const reading = errorOf(feed.watch({}).forEach(() => {}));
      await requested(server.seen.length + 1);
      response.write(bad);
      expect(await reading).toMatch(
        /^internal: the items of Feed.watch are not what its schema says/,
      );
      await server.seen.at(-1)?.aborted;
    }
  });

  test("that is left stops the server", async () => {
    const loop = (async () => {
      for await (const _ of feed.watch({})) break;
    })();
    await requested();
    response.write(item("a"));
    await loop;
    await server.seen[0]?.aborted;
  });

  test("ends at its time limit, and stops the server", async () => {
    const reading = errorOf(feed.watch({}, { timeoutMs: 30 }).forEach(() => {}));
    await requested();
    expect(await reading).toBe("deadline_exceeded: no answer within 30 ms");
    await server.seen[0]?.aborted;
  });

  test("is read no faster than its iterator takes", async () => {
    const stream = feed.watch({})[Symbol.asyncIterator]();
    const first = stream.next();
    await requested();
    const chunk = range(100)
      .map((number) => item("x".repeat(1000), number))
      .join("");
    let taken = 0;
    let isFull = false;
    // The network between holds some: many times that can only be written when it is read.
    for (let written = 0; written < 500 && !isFull; written += 1) {
      isFull = !(await new Promise((resolve) => {
        const isFree = response.write(chunk);
        if (isFree) setImmediate(resolve, true);
        else {
          const onDrain = (): void => resolve(true);
          response.once("drain", onDrain);
          // Nobody reads: it is full when a whole turn of every queue has not drained it.
          void settle().then(() => resolve(false));
        }
      }));
    }
    expect(isFull).toBe(true);
    await first;
    for (const _ of range(99)) {
      await stream.next();
      taken += 1;
    }
    expect(taken).toBe(99);
    await stream.return?.();
  });

  test("may be refused as any call, before it begins", async () => {
    server.respond = (_, answer) =>
      sendJson(answer, {
        jsonrpc: "2.0",
        id: 0,
        error: { code: -32601, message: "Method not found" },
      });
    expect(await errorOf(feed.watch({}).forEach(() => {}))).toBe("unimplemented: Method not found");
  });

  test("is not part of a batch", async () => {
    server.respond = ({ headers, body }, answer) => {
      if (headers["accept"] === "application/json-seq") {
        answer.writeHead(200, { "content-type": "application/json-seq" }).end(end);
      } else {
        const calls = JSON.parse(body) as { id: number }[];
        const size = "1";
        sendJson(
          answer,
          calls.map(({ id }) => ({ jsonrpc: "2.0", id, result: { size } })),
        );
      }
    };
    await Promise.all([feed.size({ name: "a" }), feed.all().forEach(() => {}), feed.size({})]);
    expect(server.seen).toHaveLength(2);
  });
});

/** Long enough for bytes on their way within this process to arrive. */
async function settle(): Promise<void> {
  for (const _ of range(200)) await new Promise((resolve) => setImmediate(resolve));
}

test("what a page sends as a stream needs WebSocket, and says so", async () => {
  const reason = /^unimplemented: \w+ sends a stream, which only WebSocket carries/;
  expect(await errorOf(feed.upload([{ text: "a" }]))).toMatch(reason);
  expect(await errorOf(feed.chat([{ text: "a" }]).forEach(() => {}))).toMatch(reason);
  expect(server.seen).toHaveLength(0);
});
