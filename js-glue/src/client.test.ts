// SPDX-License-Identifier: Apache-2.0
// The choice between carriers, as the state of the socket changes; with the real core on sockets in
// memory and a stand-in for fetch.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AdderClient, add } from "../test/adder.ts";
import { AdderServer, sumOf } from "../test/adder-server.ts";
import { connected, errorOf, wasm } from "../test/connected.ts";
import { FeedClient } from "../test/feed.ts";
import { answerOf } from "../test/json-server.ts";
import { MemoryNetwork, type MemorySocket } from "../test/memory-socket.ts";
import type { StateChange } from "./client.ts";
import { type ConnectOptions, connect } from "./connect.ts";

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function pass(ms: number): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(ms);
}

/** A server on both carriers, each of which may be away. */
class Site {
  readonly frames = new AdderServer();
  httpIsUp = true;
  socketIsUp = true;
  /** Bodies of requests by fetch; "" for those without. */
  readonly bodies: string[] = [];
  readonly network: MemoryNetwork;

  constructor() {
    this.network = new MemoryNetwork((socket: MemorySocket) => {
      if (this.socketIsUp) this.frames.accept(socket);
      else socket.end(1006);
    });
  }

  readonly fetch: typeof fetch = async (_, init) => {
    if (!this.httpIsUp) throw new TypeError("fetch failed");
    const body = typeof init?.body === "string" ? init.body : "";
    this.bodies.push(body);
    if (body === "") return new Response("no", { status: 404 });
    const requests = JSON.parse(body);
    const answers = Array.isArray(requests) ? requests.map(answerOf) : answerOf(requests);
    return Response.json(answers);
  };

  async connect(options: ConnectOptions = {}) {
    const client = await connect("http://test/", {
      wasm,
      webSocket: this.network.webSocket,
      fetch: this.fetch,
      ...options,
    });
    const changes: StateChange[] = [];
    client.onStateChange((change) => changes.push(change));
    return { client, changes, adder: new AdderClient(client) };
  }
}

const one = { a: 1, b: 0, note: "" };

describe("auto", () => {
  test("makes the first call by fetch, and later ones by WebSocket, each once", async () => {
    const site = new Site();
    const { client, adder, changes } = await site.connect();
    expect(client.carrier).toBe("fetch");
    expect(client.state).toBe("connecting");
    expect((await adder.add(one)).sum).toBe(1);
    await pass(20);
    expect(client.carrier).toBe("websocket");
    const sum = adder.add({ a: 2, b: 0, note: "" });
    await pass(5);
    expect((await sum).sum).toBe(2);
    expect(site.bodies).toHaveLength(1);
    expect(site.frames.calls).toHaveLength(1);
    expect(changes).toEqual([{ state: "open", carrier: "websocket", error: undefined }]);
    expect(client.diagnose()).toMatchObject({
      carrier: "websocket",
      why: "WebSocket works, and it is the fastest",
    });
  });

  test("stays with fetch where WebSocket does not open, says so, and goes on trying", async () => {
    const site = new Site();
    site.socketIsUp = false;
    const { client, adder, changes } = await site.connect();
    await pass(20);
    expect(client.state).toBe("degraded");
    expect((await adder.add(one)).sum).toBe(1);
    const { carrier, why, findings } = client.diagnose();
    expect({ carrier, why }).toEqual({ carrier: "fetch", why: "the WebSocket does not open" });
    expect(findings[0]).toMatchObject({
      about: "websocket",
      finding: expect.stringMatching(/no WebSocket to ws:\/\/test\/rpc/),
      cure: expect.stringMatching(/upgrades/),
    });
    site.socketIsUp = true;
    await pass(1000);
    expect(client.carrier).toBe("websocket");
    expect(changes.map(({ state }) => state)).toEqual(["degraded", "open"]);
  });

  test("lets calls wait when the connection is lost, and sends them when it is back", async () => {
    const site = new Site();
    const { client, adder, changes } = await site.connect();
    await pass(20);
    site.httpIsUp = false;
    site.socketIsUp = false;
    site.network.last.end(1006);
    const params = { a: 1, b: 2, note: "then" };
    const waiting = adder.add(params);
    params.a = 100;
    const short = errorOf(adder.add(one, { timeoutMs: 500 }));
    const abort = new AbortController();
    const aborted = errorOf(adder.add(one, { signal: abort.signal }));
    await pass(2_000);
    abort.abort();
    expect(await aborted).toBe("cancelled: its AbortSignal was aborted");
    expect(await short).toBe("deadline_exceeded: no answer within 500 ms");
    expect(client.state).toBe("waiting");
    site.httpIsUp = true;
    site.socketIsUp = true;
    await pass(5_000);
    expect(await waiting).toEqual({ sum: 3, note: "then" });
    expect(site.frames.calls.map(({ terms }) => terms.note)).toEqual(["then"]);
    expect(site.bodies.filter((body) => body !== "")).toHaveLength(0);
    expect(changes.map(({ state }) => state)).toEqual(["open", "waiting", "open"]);
  });

  test("falls back to fetch when only that comes back", async () => {
    const site = new Site();
    const { client, adder, changes } = await site.connect();
    await pass(20);
    site.socketIsUp = false;
    site.network.last.end(1006);
    const waiting = adder.add(one);
    await pass(1_000);
    expect((await waiting).sum).toBe(1);
    expect(client.state).toBe("degraded");
    expect((await adder.add(one)).sum).toBe(1);
    expect(site.frames.calls).toHaveLength(0);
    site.socketIsUp = true;
    await pass(20_000);
    expect(changes.map(({ state }) => state)).toEqual(["open", "waiting", "degraded", "open"]);
  });

  test("goes over to fetch for good when the server finds this client unfit", async () => {
    const site = new Site();
    const { client, adder } = await site.connect();
    await pass(20);
    site.network.last.end(4006, "bad_envelope");
    expect(client.state).toBe("degraded");
    expect((await adder.add(one)).sum).toBe(1);
    await pass(100_000);
    expect(site.network.sockets).toHaveLength(1);
    expect(client.diagnose().findings[0]?.finding).toMatch(/refuses this client .*bad_envelope/);
  });

  test("works by fetch where the module does not load, and says why", async () => {
    const site = new Site();
    const html = new Response("<h1>", { headers: { "content-type": "text/html" } });
    const { client, adder } = await site.connect({ wasm: html });
    const changed = new Promise((resolve) => client.onStateChange(resolve));
    await pass(20);
    expect((await adder.add(one)).sum).toBe(1);
    expect(await changed).toMatchObject({ state: "degraded" });
    expect(client.diagnose().findings[0]?.finding).toMatch(/cortado.wasm is not at .*Copy it/);
    expect(site.network.last.closedWith).toBe(1000);
  });

  test("works by fetch where there is no WebSocket", async () => {
    const site = new Site();
    vi.stubGlobal("WebSocket", undefined);
    const { webSocket: _, ...options } = { webSocket: undefined };
    const client = await connect("http://test", { fetch: site.fetch, ...options });
    await pass(1);
    expect((await new AdderClient(client).add(one)).sum).toBe(1);
    expect(client.diagnose().findings[0]?.finding).toMatch(/no WebSocket here/);
    vi.unstubAllGlobals();
  });

  test("closed at once opens nothing", async () => {
    const site = new Site();
    const { client, adder } = await site.connect();
    client.close();
    await pass(100);
    expect(site.network.sockets).toHaveLength(0);
    expect(await errorOf(adder.add(one))).toBe("cancelled: the client was closed");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("closed while the module loads closes what it has opened", async () => {
    const site = new Site();
    const { client, adder } = await site.connect({ wasm: new Promise<Response>(() => {}) });
    await pass(10);
    client.close();
    await pass(100);
    expect(site.network.last.closedWith).toBe(1000);
    expect(await errorOf(adder.add(one))).toBe("cancelled: the client was closed");
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("notify()", () => {
  test("goes over either carrier and waits for no results", async () => {
    const site = new Site();
    const { client } = await site.connect();
    await client.notify(add, one);
    expect(JSON.parse(site.bodies[0] ?? "").id).toBeUndefined();
    await pass(20);
    const done = client.notify(add, one);
    await pass(5);
    expect(await done).toBeUndefined();
    expect(site.frames.calls).toHaveLength(1);
  });
});

describe("listeners", () => {
  test("may throw, call and leave without disturbing calls", async () => {
    const site = new Site();
    const { client, adder } = await site.connect();
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    const sums: Promise<{ sum: number }>[] = [];
    client.onStateChange(() => {
      throw new Error("the user's");
    });
    const leave = client.onStateChange(() => {
      sums.push(adder.add({ a: sums.length, b: 0, note: "" }));
      leave();
    });
    await pass(20);
    expect(sums).toHaveLength(1);
    expect((await sums[0])?.sum).toBe(0);
    expect(reported).toHaveBeenCalledOnce();
    site.network.last.end(1006);
    await pass(200);
    expect(sums).toHaveLength(1);
    vi.unstubAllGlobals();
  });

  test("may close the client, even from within an event of its connection", async () => {
    const site = new Site();
    const { client, adder } = await site.connect();
    client.onStateChange(() => client.close());
    await pass(20);
    expect(client.state).toBe("closed");
    expect(await errorOf(adder.add(one))).toBe("cancelled: the client was closed");
    expect(site.network.last.closedWith).toBe(1000);
  });
});

describe("dispose", () => {
  test("closes the client", async () => {
    const connecting = connected(new AdderServer(sumOf));
    await pass(10);
    const { client } = await connecting;
    client[Symbol.dispose]();
    expect(client.state).toBe("closed");
    client.close();
    expect(client.state).toBe("closed");
  });
});

describe("diagnose()", () => {
  test("tells of a page that is offline or not isolated", async () => {
    const site = new Site();
    const { client } = await site.connect();
    vi.stubGlobal("navigator", { onLine: false });
    vi.stubGlobal("crossOriginIsolated", false);
    expect(client.diagnose().findings.map(({ about }) => about)).toEqual(["network", "isolation"]);
    expect(client.diagnose().why).toBe("the WebSocket is not open yet");
    vi.unstubAllGlobals();
    client.close();
  });

  test("says when the user chose the carrier", async () => {
    const site = new Site();
    const { client } = await site.connect({ carrier: "fetch" });
    expect(client.diagnose()).toEqual({
      carrier: "fetch",
      why: "connect() was told to use fetch",
      findings: [],
    });
  });
});

describe("a stream", () => {
  const sequence =
    '\u{1e}{"jsonrpc":"2.0","id":0,"item":{"number":5}}\n\u{1e}{"jsonrpc":"2.0","id":0,"result":{}}\n';

  /** A site whose HTTP side gives one item. */
  function streamingSite(): Site & { readonly asked: string[] } {
    const site = new Site();
    const asked: string[] = [];
    const { fetch } = site;
    return Object.assign(site, {
      asked,
      fetch: async (...[url, init]: Parameters<typeof fetch>) => {
        const accept = new Headers(init?.headers).get("accept");
        if (accept !== "application/json-seq") return fetch(url, init);
        asked.push(String(url));
        return new Response(sequence, { headers: { "content-type": accept } });
      },
    });
  }

  test("waits for the first attempt, and goes by WebSocket when that opens", async () => {
    const site = streamingSite();
    site.frames.answer = () => undefined;
    const { client } = await site.connect();
    const reading = new FeedClient(client).watch({}).forEach(() => {});
    await pass(20);
    expect(site.asked).toEqual([]);
    expect(site.frames.count("request")).toBe(1);
    client.close();
    expect(await errorOf(reading)).toMatch(/^cancelled/);
  });

  test("goes by fetch when it does not", async () => {
    const site = streamingSite();
    site.socketIsUp = false;
    const { client } = await site.connect();
    const numbers: number[] = [];
    const reading = new FeedClient(client).watch({}).forEach(({ number }) => {
      numbers.push(number);
    });
    const upload = errorOf(new FeedClient(client).upload([]));
    await pass(20);
    await reading;
    expect(numbers).toEqual([5]);
    expect(site.asked).toHaveLength(1);
    expect(await upload).toMatch(/^unimplemented: upload sends a stream, which only WebSocket/);
  });

  test("may be aborted while it waits", async () => {
    const site = streamingSite();
    const { client } = await site.connect();
    const abort = new AbortController();
    const feed = new FeedClient(client);
    const waiting = [
      errorOf(feed.watch({}, { signal: abort.signal }).forEach(() => {})),
      errorOf(feed.upload([], { signal: abort.signal })),
    ];
    abort.abort();
    for (const call of waiting) expect(await call).toMatch(/^cancelled: its AbortSignal/);
    await pass(20);
    expect(site.frames.count("request")).toBe(0);
    expect(client.state).toBe("open");
  });

  test("ends when the client is closed before it began", async () => {
    const { client } = await streamingSite().connect();
    const reading = errorOf(new FeedClient(client).watch({}).forEach(() => {}));
    client.close();
    expect(await reading).toBe("cancelled: the client was closed");
  });
});

test("an idempotent call whose session is lost goes on by fetch where WebSockets died", async () => {
  const site = new Site();
  site.frames.answer = () => undefined;
  const { client, adder } = await site.connect();
  await pass(20);
  const found = adder.look(one);
  const sum = errorOf(adder.add(one));
  await pass(1);
  expect(site.frames.calls).toHaveLength(2);
  site.socketIsUp = false;
  site.network.last.end(1006);
  await pass(1000);
  expect(client.state).toBe("degraded");
  expect((await found).sum).toBe(1);
  // By the same key, so that a server knows that it has run.
  const key = site.frames.calls[0]?.request.key ?? new Uint8Array();
  const idempotencyKey = btoa(String.fromCharCode(...key));
  expect(idempotencyKey).toHaveLength(24);
  expect(JSON.parse(site.bodies.filter((body) => body !== "").at(-1) ?? "")).toMatchObject({
    method: "Adder.look",
    idempotencyKey,
  });
  expect(await sum).toMatch(/^unknown: the connection was lost: .*may have run/);
});
