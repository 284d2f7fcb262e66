// SPDX-License-Identifier: Apache-2.0
// Calls by JSON-RPC over the real fetch to a real HTTP server.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { AdderClient, add, look } from "../test/adder.ts";
import { errorOf, range } from "../test/connected.ts";
import { JsonServer, type Respond, sendJson } from "../test/json-server.ts";
import type { Client } from "./client.ts";
import { connect } from "./connect.ts";
import { RpcError } from "./errors.ts";
import { FetchCarrier } from "./fetch-carrier.ts";

let server: JsonServer;
let client: Client;
let adder: AdderClient;

beforeEach(async () => {
  server = await JsonServer.start();
  client = await connect(server.origin, { carrier: "fetch" });
  adder = new AdderClient(client);
});
afterEach(async () => {
  client.close();
  await server.stop();
});

function bodies(): unknown[] {
  return server.seen.map(({ body }) => JSON.parse(body));
}

describe("requests", () => {
  test("one call is one object", async () => {
    expect(await adder.add({ a: 1, b: 2, note: "é" })).toEqual({ sum: 3, note: "é" });
    expect(bodies()).toEqual([
      { jsonrpc: "2.0", id: 0, method: "Adder.add", params: { a: 1, b: 2, note: "é" } },
    ]);
    expect(server.seen[0]).toMatchObject({ method: "POST", url: "/rpc" });
    expect(server.seen[0]?.headers["content-type"]).toBe("application/json");
  });

  test("the calls of a turn are one batch, answered each on its own", async () => {
    const sums = await Promise.all(range(300).map((a) => adder.add({ a, b: 1, note: "" })));
    expect(sums.map(({ sum }) => sum)).toEqual(range(300).map((a) => a + 1));
    expect(server.seen).toHaveLength(1);
    expect(bodies()[0]).toHaveLength(300);
  });

  test("many calls, or long ones, are several batches", async () => {
    await Promise.all(range(2500).map((a) => adder.add({ a, b: 0, note: "" })));
    expect(bodies().map((body) => (body as unknown[]).length)).toEqual([1000, 1000, 500]);
    server.seen.length = 0;
    const note = "x".repeat(200_000);
    await Promise.all(range(5).map((a) => adder.add({ a, b: 0, note })));
    expect(server.seen).toHaveLength(3);
  });

  test("cacheable methods are called by GET, identical ones once", async () => {
    const calls = [1, 2, 1, 1].map((a) => adder.look({ a, b: 10, note: "&?" }));
    expect((await Promise.all(calls)).map(({ sum }) => sum)).toEqual([11, 12, 11, 11]);
    expect(server.seen.map(({ method }) => method)).toEqual(["GET", "GET"]);
    const { pathname, searchParams } = new URL(server.seen[0]?.url ?? "", server.origin);
    expect(pathname).toBe("/rpc/Adder/look");
    expect(JSON.parse(searchParams.get("params") ?? "")).toEqual({ a: 1, b: 10, note: "&?" });
    expect(server.seen[0]?.headers["cortado-timeout-ms"]).toBeUndefined();
    const [first, , third] = await Promise.all(calls);
    expect(first).not.toBe(third);
  });

  test("a cacheable call with long params goes by POST", async () => {
    await adder.look({ a: 1, b: 1, note: "x".repeat(3000) });
    expect(server.seen.map(({ method }) => method)).toEqual(["POST"]);
  });

  test("a call that is made again carries its key, and no cache answers it", async () => {
    const carrier = new FetchCarrier({
      url: `${server.origin}/rpc`,
      fetch,
      credentials: "same-origin",
    });
    const params = { a: 1, b: 1, note: "" };
    await carrier.call(look, params, 0, undefined, { key: 3, keyText: "a2V5" });
    expect(bodies()).toEqual([
      { jsonrpc: "2.0", id: 0, method: "Adder.look", params, idempotencyKey: "a2V5" },
    ]);
  });

  test("a notification has no id and no answer", async () => {
    await client.notify(add, { a: 1, b: 1, note: "" });
    expect(bodies()).toEqual([
      { jsonrpc: "2.0", method: "Adder.add", params: { a: 1, b: 1, note: "" } },
    ]);
    const sum = adder.add({ a: 1, b: 1, note: "" });
    await client.notify(add, { a: 2, b: 2, note: "" });
    expect((await sum).sum).toBe(2);
    expect(server.seen).toHaveLength(2);
  });

  test("params are those of the moment of the call", async () => {
    const params = { a: 1, b: 2, note: "then" };
    const sum = adder.add(params);
    params.a = 100;
    expect((await sum).sum).toBe(3);
  });

  test("params of a wrong type are refused, and others still go", async () => {
    const wrong = errorOf(adder.add({ a: "one" as unknown as number }));
    const right = adder.add({ a: 1, b: 1, note: "" });
    expect(await wrong).toMatch(/^invalid_argument: a: /);
    expect((await right).sum).toBe(2);
  });

  test("tell the server the longest time that a caller waits", async () => {
    await Promise.all([
      adder.add({ a: 1, b: 1, note: "" }, { timeoutMs: 500 }),
      adder.add({ a: 1, b: 1, note: "" }, { timeoutMs: 2000.5 }),
    ]);
    await Promise.all([
      adder.add({ a: 1, b: 1, note: "" }, { timeoutMs: 500 }),
      adder.add({ a: 1, b: 1, note: "" }, { timeoutMs: 0 }),
    ]);
    await adder.add({ a: 1, b: 1, note: "" });
    expect(server.seen.map(({ headers }) => headers["cortado-timeout-ms"])).toEqual([
      "2001",
      undefined,
      "30000",
    ]);
  });
});

describe("answers", () => {
  const answerWith =
    (value: unknown, status = 200): Respond =>
    (_, response) =>
      sendJson(response, value, status);

  test("may be in any order", async () => {
    server.respond = ({ body }, response) => {
      const requests = JSON.parse(body) as { id: number; params: { a: number } }[];
      const answers = requests.map(({ id, params }) => ({
        jsonrpc: "2.0",
        id,
        result: { sum: params.a, note: "" },
      }));
      sendJson(response, answers.reverse());
    };
    const sums = await Promise.all(range(10).map((a) => adder.add({ a })));
    expect(sums.map(({ sum }) => sum)).toEqual(range(10));
  });

  test("an error has its code, words, details and time to try again", async () => {
    const details = btoa(String.fromCharCode(1, 0, 0, 0, 0, 0, 0, 0xa5, 9, 9));
    const data = { code: "not_found", retryAfterMs: 250, details };
    const error = { code: -32005, message: "no such séance", data };
    server.respond = answerWith({ jsonrpc: "2.0", id: 0, error });
    const thrown = await adder.add({}).catch((reason: unknown) => reason);
    if (!(thrown instanceof RpcError)) throw thrown;
    expect(thrown.message).toBe("not_found: no such séance");
    expect(thrown.retryAfterMs).toBe(250);
    expect(thrown.details).toEqual({
      typeId: 0xa500_0000_0000_0001n,
      message: Uint8Array.of(9, 9),
    });
  });

  test("an error of another server has the status that fits its reserved code", async () => {
    for (const [code, status] of [
      [-32601, "unimplemented"],
      [-32602, "invalid_argument"],
      [-32603, "internal"],
      [12345, "unknown"],
    ] as const) {
      server.respond = answerWith({ jsonrpc: "2.0", id: 0, error: { code, message: "hm" } });
      expect(await errorOf(adder.add({}))).toBe(`${status}: hm`);
    }
  });

  test("one error in a batch fails one call", async () => {
    server.respond = answerWith([
      { jsonrpc: "2.0", id: 1, error: { code: -32603, message: "broken" } },
      { jsonrpc: "2.0", id: 0, result: { sum: 1, note: "" } },
    ]);
    const calls = [adder.add({}), errorOf(adder.add({}))] as const;
    expect((await calls[0]).sum).toBe(1);
    expect(await calls[1]).toBe("internal: broken");
  });

  test("an error about the whole body fails all of its calls", async () => {
    const error = {
      code: -32700,
      message: "Parse error",
      data: { code: "invalid_argument", reason: "at byte 7" },
    };
    server.respond = answerWith({ jsonrpc: "2.0", id: null, error }, 400);
    const calls = [errorOf(adder.add({})), errorOf(adder.add({}))];
    for (const call of calls) {
      expect(await call).toBe("invalid_argument: Parse error: at byte 7");
    }
  });

  test("a failed GET has the error object as its body", async () => {
    const error = { code: -32005, message: "nothing there", data: { code: "not_found" } };
    server.respond = answerWith(error, 404);
    expect(await errorOf(adder.look({}))).toBe("not_found: nothing there");
  });

  test("who is not answered learns it; strange answers are passed over", async () => {
    server.respond = answerWith([
      { jsonrpc: "2.0", id: 7, result: {} },
      { jsonrpc: "2.0", id: -1, result: {} },
      { jsonrpc: "2.0", id: "0", result: {} },
      { id: 0, result: {} },
      7,
      null,
      { jsonrpc: "2.0", id: 1, result: { sum: 5, note: "" } },
      { jsonrpc: "2.0", id: 1, result: { sum: 6, note: "" } },
    ]);
    const calls = [errorOf(adder.add({})), adder.add({})] as const;
    expect(await calls[0]).toMatch(/^unknown: .* answered 200 with application\/json/);
    expect((await calls[1]).sum).toBe(5);
  });

  test("results of another shape are an error", async () => {
    server.respond = answerWith({ jsonrpc: "2.0", id: 0, result: { sum: "five" } });
    expect(await errorOf(adder.add({}))).toMatch(/^internal: the results of Adder.add are/);
  });

  test("what is no JSON-RPC at all is named", async () => {
    for (const [status, code] of [
      [200, "unknown"],
      [401, "unauthenticated"],
      [404, "unimplemented"],
      [413, "resource_exhausted"],
      [503, "unavailable"],
    ] as const) {
      server.respond = (_, response) =>
        response.writeHead(status, { "content-type": "text/html", "retry-after": "3" }).end("<h1>");
      const thrown = await adder.add({}).catch((reason: unknown) => reason);
      expect(thrown).toMatchObject({ code, retryAfterMs: 3000 });
      expect(String(thrown)).toContain(`answered ${status} with text/html`);
    }
  });

  test("no server at all is unavailable", async () => {
    await server.stop();
    expect(await errorOf(adder.add({}))).toMatch(/^unavailable: no answer from http:.*\/rpc: /);
    expect(await errorOf(adder.look({}))).toMatch(/^unavailable: no answer from http:/);
  });

  test("a connection cut in the middle is unavailable", async () => {
    server.respond = (_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("{");
      response.socket?.destroy();
    };
    expect(await errorOf(adder.add({}))).toMatch(/^unavailable/);
  });
});

describe("giving up", () => {
  /** Requests come and are not answered. */
  function silent(): Promise<void> {
    return new Promise((resolve) => {
      server.respond = () => resolve();
    });
  }

  test("aborting one member of a batch frees that one only", async () => {
    let finish: () => void = () => {};
    const arrived = new Promise<void>((resolve) => {
      server.respond = (_, response) => {
        finish = () =>
          sendJson(response, [
            { jsonrpc: "2.0", id: 0, result: { sum: 1, note: "" } },
            { jsonrpc: "2.0", id: 1, result: { sum: 2, note: "" } },
          ]);
        resolve();
      };
    });
    const abort = new AbortController();
    const first = errorOf(adder.add({}, { signal: abort.signal }));
    const second = adder.add({});
    await arrived;
    abort.abort();
    expect(await first).toBe("cancelled: its AbortSignal was aborted");
    finish();
    expect((await second).sum).toBe(2);
  });

  test("the request itself is aborted when all of its calls are", async () => {
    const arrived = silent();
    const aborts = [new AbortController(), new AbortController()];
    const calls = aborts.map(({ signal }) => errorOf(adder.add({}, { signal })));
    await arrived;
    for (const abort of aborts) abort.abort();
    for (const call of calls) expect(await call).toMatch(/^cancelled/);
    await server.seen[0]?.aborted;
  });

  test("a GET that two calls share goes on for the other, and ends with both", async () => {
    const arrived = silent();
    const aborts = [new AbortController(), new AbortController()];
    const calls = aborts.map(({ signal }) => errorOf(adder.look({ a: 1 }, { signal })));
    await arrived;
    aborts[0]?.abort();
    expect(await calls[0]).toMatch(/^cancelled/);
    aborts[1]?.abort();
    expect(await calls[1]).toMatch(/^cancelled/);
    await server.seen[0]?.aborted;
    server.respond = (_, response) => sendJson(response, { sum: 9, note: "" });
    expect((await adder.look({ a: 1 })).sum).toBe(9);
  });

  test("a call aborted in its own turn is never sent", async () => {
    const abort = new AbortController();
    const call = errorOf(adder.add({}, { signal: abort.signal }));
    abort.abort();
    expect(await call).toMatch(/^cancelled/);
    expect(await errorOf(adder.add({}, { signal: abort.signal }))).toMatch(/^cancelled/);
    await adder.add({ a: 1, b: 1, note: "" });
    expect(server.seen).toHaveLength(1);
  });

  test("each call has its own deadline", async () => {
    const arrived = silent();
    const calls = [60, 20, 40].map((timeoutMs) => errorOf(adder.add({}, { timeoutMs })));
    await arrived;
    expect(await calls[1]).toBe("deadline_exceeded: no answer within 20 ms");
    expect(await calls[2]).toBe("deadline_exceeded: no answer within 40 ms");
    expect(await calls[0]).toBe("deadline_exceeded: no answer within 60 ms");
    await server.seen[0]?.aborted;
  });

  test("close() ends all calls and their requests", async () => {
    const arrived = silent();
    const sent = errorOf(adder.add({}));
    await arrived;
    const unsent = errorOf(adder.add({}));
    client.close();
    expect(await sent).toBe("cancelled: the client was closed");
    expect(await unsent).toBe("cancelled: the client was closed");
    await server.seen[0]?.aborted;
    expect(await errorOf(adder.add({}))).toBe("cancelled: the client was closed");
    expect(server.seen).toHaveLength(1);
  });
});
