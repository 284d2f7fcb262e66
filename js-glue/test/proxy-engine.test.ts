// SPDX-License-Identifier: Apache-2.0
// The engine with the Request and Response of the platform, and the real proxy.wasm.
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, test } from "vitest";
import { configurationText, type ProxyConfiguration } from "../src/proxy/configuration.ts";
import { headerLines, ProxyEngine, withRequestHeaders } from "../src/proxy/engine.ts";

const bytes = readFileSync(new URL("../dist/proxy.wasm", import.meta.url));
const module = new WebAssembly.Module(bytes);
const startMs = 1_800_000_000_000;
const origin = "https://app.example";
const configuration: ProxyConfiguration = {
  origin,
  caches: { small: { entriesMax: 1 }, large: { bytesMax: 1000 } },
  routes: [
    { name: "quotes", rpc: { interfaceId: 0xd5a3c0f7e1b94206n, ordinal: 3 } },
    {
      name: "api",
      urls: ["/api/*", "https://b.example/*"],
      methods: ["GET"],
      headers: { accept: "*json*" },
      strategy: "network-first",
      timeoutMs: 3000,
      cache: "large",
      tags: ["api"],
      ignoreQuery: ["utm_source"],
      scope: "public",
      crossOriginConditions: true,
    },
    { name: "rest", urls: ["/*"], cache: "small", ttlMs: 60_000 },
  ],
};
const request = new Request(`${origin}/a`);
const bodySize = 10;

let engine: ProxyEngine;

beforeEach(() => {
  engine = new ProxyEngine(module, configuration);
});

test("a configuration is a text", () => {
  expect(configurationText(configuration)).toBe(`proxy 1
origin https://app.example
cache small 1 0
cache large 0 1000
route quotes
rpc d5a3c0f7e1b94206 3
route api
method GET
url /api/*
url https://b.example/*
header accept *json*
strategy network-first
timeout 3000
cache large
tag api
ignore-query utm_source
scope public
cross-origin-conditions
route rest
url /*
ttl 60000
cache small
`);
});

test("a mistake in it is an error with its cure, and no line can be smuggled in", () => {
  const routes = [{ name: "a", urls: ["b"] }];
  expect(() => engine.configure({ origin, routes })).toThrow(/route 1 "a", line 4: url b: .*begin/);
  const name = "a\nurl *://*";
  expect(() => engine.configure({ origin, routes: [{ name }] })).toThrow("line break");
  expect(engine.ask(request).decision.action).toBe("look_up");
});

test("a request is fetched, stored, served and validated", () => {
  const asked = engine.ask(request);
  expect(asked.key).toBe(`small i u ${origin}/a`);
  expect(asked.decide([], startMs).action).toBe("fetch");
  const response = new Response("", { headers: { etag: '"1"', "x-a": "b: c" } });
  const { action, record } = asked.received(response, undefined, startMs, startMs);
  expect(action).toBe("store");
  const stored = { record, bodySize };
  const served = asked.decide([stored], startMs + 5000);
  expect(served).toMatchObject({ action: "serve", reason: "fresh_by_ttl", seconds: 55 });
  const headers = new Headers(headerLines(served.responseHeaders));
  expect(headers.get("age")).toBe("5");
  expect(headers.get("x-a")).toBe("b: c");

  const lateMs = startMs + 60_000;
  const own = { "if-modified-since": new Date(0).toUTCString() };
  const late = engine.ask(new Request(request, { headers: own }));
  const stale = late.decide([stored], lateMs);
  expect(stale).toMatchObject({ action: "fetch", reason: "expired", entry: 0 });
  expect([...withRequestHeaders(new Headers(own), stale)]).toEqual([["if-none-match", '"1"']]);
  const notModified = new Response(null, { status: 304, headers: { etag: '"1"' } });
  expect(late.received(notModified, stored, lateMs, lateMs).action).toBe("freshen");
  expect(late.failed(stored, false, lateMs).reason).toBe("stale_disconnected");
  expect(late.failed(undefined, true, lateMs).reason).toBe("too_slow");
});

test("a call is known by its params, and its results go with its tags", () => {
  const call = {
    interfaceId: 0xd5a3c0f7e1b94206n,
    ordinal: 3,
    ttlMs: 1000,
    scope: "identity",
    tags: ["quote:ACME"],
  } as const;
  const asked = engine.askCall(call, new Uint8Array([1, 2]));
  expect(asked.key).not.toBe(engine.askCall(call, new Uint8Array([1])).key);
  const { record } = asked.received(undefined, undefined, startMs, startMs);
  expect(asked.decide([{ record, bodySize }], startMs + 999).action).toBe("serve");
  expect(engine.add(1, asked.key, { record, bodySize }, startMs)).toEqual([]);
  expect(engine.invalidate(["x", "quote:ACME"])).toEqual([{ id: 1, reason: "tag_invalidated" }]);
  engine.distrust(startMs);
  expect(asked.decide([{ record, bodySize }], startMs + 1).reason).toBe("pushes_missed");
  expect(() => engine.askCall({ ...call, tags: ["a\nb"] }, new Uint8Array())).toThrow("line break");
});

describe("what is not stored", () => {
  test("is what the page may not look into, and the end of a redirect", () => {
    const asked = engine.ask(request);
    expect(asked.received(Response.error(), undefined, startMs, startMs).action).toBe("pass");
    const redirected = new Response("");
    Object.defineProperty(redirected, "redirected", { value: true });
    expect(asked.received(redirected, undefined, startMs, startMs).reason).toBe("redirected");
  });

  test("is what nobody may decide about", () => {
    const elsewhere = engine.ask(new Request("https://c.example/"));
    expect(elsewhere.decision).toMatchObject({ action: "bypass", reason: "no_route" });
    expect(() => elsewhere.decide([], startMs)).toThrow("not looked up");
  });
});

test("an unsafe request voids keys", () => {
  const asked = engine.ask(new Request(request, { method: "DELETE" }));
  expect(asked.decision.action).toBe("change");
  expect(asked.changed(new Response(null, { status: 204 }))).toEqual([`small i u ${origin}/a`]);
});

test("what is evicted is said at once", () => {
  const asked = engine.ask(request);
  const { record } = asked.received(new Response(""), undefined, startMs, startMs);
  const entry = { record, bodySize };
  expect(engine.add(1, asked.key, entry, startMs)).toEqual([]);
  expect(engine.add(2, asked.key, entry, startMs - 1)).toEqual([
    { id: 2, reason: "too_many_entries" },
  ]);
  engine.remove(1);
  engine.add(3, asked.key, entry, startMs);
  engine.touch(3, startMs + 1);
  expect(engine.makeRoom(1)).toEqual([{ id: 3, reason: "room_needed" }]);
  engine.add(4, asked.key, entry, startMs);
  expect(engine.identify("alice")).toEqual([{ id: 4, reason: "identity_changed" }]);
  expect(engine.identify("alice")).toEqual([]);
});
