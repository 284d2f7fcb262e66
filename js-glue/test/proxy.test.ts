// SPDX-License-Identifier: Apache-2.0
// The real proxy.wasm. What it decides is tested natively (client-wasm/proxy/); here that it does the
// same behind its ABI.
import { readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import { beforeEach, describe, expect, test } from "vitest";
import { inputSizeMax } from "../src/generated/proxy.ts";
import { ProxyModule } from "../src/proxy/proxy-module.ts";

const bytes = readFileSync(new URL("../dist/proxy.wasm", import.meta.url));
const module = new WebAssembly.Module(bytes);
const startMs = 1_800_000_000_000;
const page = "https://app.example";
const get = `GET - default ${page}/a\naccept: */*\n\n`;
const configuration = `proxy 1
origin ${page}
cache small 2 1000

route quotes
rpc d5a3c0f7e1b94206
tag quotes
route rest
url /*
cache small
`;

let proxy: ProxyModule;

beforeEach(() => {
  proxy = new ProxyModule(module);
  proxy.configure(configuration);
});

/** The record of a response with these headers, to the request `get`. */
function storedRecord(headers: string): string {
  const decision = proxy.received(1, `${get}200 plain\n${headers}\n`, startMs - 20, startMs);
  expect(decision).toMatchObject({ action: "store", reason: "stored", status: 200 });
  return decision.record;
}

test("the module is small, and imports nothing", () => {
  expect(WebAssembly.Module.imports(module)).toEqual([]);
  expect(brotliCompressSync(bytes).length).toBeLessThan(30 * 1024);
});

describe("one request", () => {
  test("is routed, fetched, stored and served with its age", () => {
    const routed = proxy.route(get);
    expect(routed).toMatchObject({ action: "look_up", route: 1, key: `small i u ${page}/a` });
    expect(proxy.decide(1, get, startMs)).toMatchObject({ action: "fetch", reason: "not_stored" });
    const record = storedRecord('cache-control: max-age=60\netag: "é"\n');
    const served = proxy.decide(1, `${get}10\n${record}\n`, startMs + 5000);
    expect(served).toMatchObject({ action: "serve", reason: "fresh", seconds: 54, entry: 0 });
    expect(served).toMatchObject({ status: 200, age: 5 });
    expect(served.responseHeaders).toContain('etag: "é"\n');
    expect(served.responseHeaders).toContain("age: 5\n");
  });

  test("is validated when what is stored is stale", () => {
    const entry = `10\n${storedRecord('cache-control: max-age=60\netag: "1"\n')}\n`;
    const now = startMs + 100_000;
    const stale = proxy.decide(1, get + entry, now);
    expect(stale).toMatchObject({ action: "fetch", reason: "expired", seconds: 40 });
    expect(stale.requestHeaders).toBe('if-none-match: "1"\nif-modified-since: \n');
    const good = proxy.received(1, `${get}304 plain\netag: "1"\n\n${entry}`, now, now);
    expect(good).toMatchObject({ action: "freshen", reason: "not_modified", status: 200 });
    expect(good.record).not.toBe("");
    expect(proxy.failed(1, get + entry, false, now)).toMatchObject({
      action: "serve",
      reason: "stale_disconnected",
    });
  });

  test("for a range says which bytes", () => {
    const entry = `5000000000\n${storedRecord("cache-control: max-age=60\n")}\n`;
    const request = `GET - default ${page}/a\nrange: bytes=4999999990-\n\n`;
    const decision = proxy.decide(1, request + entry, startMs);
    expect(decision).toMatchObject({ status: 206 });
    expect(decision.range).toEqual({ first: 4_999_999_990, last: 4_999_999_999 });
  });

  test("that is unsafe names the keys that are void", () => {
    const request = `POST - default ${page}/a\n\n`;
    expect(proxy.route(request)).toMatchObject({ action: "change", reason: "unsafe_method" });
    expect(proxy.changed(`${request}201 plain\nlocation: b\n\n`)).toEqual([
      `small i u ${page}/a`,
      `small i u ${page}/b`,
    ]);
    expect(proxy.changed(`${request}500 plain\n\n`)).toEqual([]);
  });

  test("of none of the routes is not the proxy's", () => {
    expect(proxy.route("GET - default https://b.example/\n\n")).toMatchObject({
      action: "bypass",
      reason: "no_route",
      route: undefined,
    });
  });
});

test("an RPC's key is made of its params, also of such that are no text", () => {
  const rpc = "RPC d5a3c0f7e1b94206 3 60000 identity\ntag: quote:ACME\n\n";
  const routed = proxy.route(rpc, new Uint8Array([0, 255, 10]));
  expect(routed).toMatchObject({ action: "look_up", route: 0 });
  expect(routed.key).toBe("default i r d5a3c0f7e1b94206.3 AP8K");
  const stored = proxy.received(0, `${rpc}200 plain\n\n`, startMs, startMs);
  proxy.distrust(startMs);
  expect(proxy.decide(0, `${rpc}1\n${stored.record}\n`, startMs + 1)).toMatchObject({
    reason: "pushes_missed",
  });
});

describe("the catalogue", () => {
  const key = `small i u ${page}/a`;

  test("evicts by entries, bytes, tags, identity and need", () => {
    const record = storedRecord("cache-control: max-age=60\n");
    const tagged = record.replace("\n", "\n@tag: x\n");
    proxy.add(1, key, record, 10, startMs);
    proxy.add(2, key, tagged, 10, startMs + 1);
    proxy.add(3, key, record, 10, startMs + 2);
    expect(proxy.evict()).toEqual([{ id: 1, reason: "too_many_entries" }]);
    proxy.dropTag("x");
    expect(proxy.evict()).toEqual([{ id: 2, reason: "tag_invalidated" }]);
    proxy.add(4, key, record, 995, startMs + 3);
    proxy.touch(3, startMs + 4);
    expect(proxy.evict()).toEqual([{ id: 4, reason: "too_many_bytes" }]);
    proxy.add(5, key, record, 10, startMs + 5);
    proxy.remove(5);
    proxy.makeRoom(1);
    expect(proxy.evict()).toEqual([{ id: 3, reason: "room_needed" }]);
    proxy.add(6, key, record, 10, startMs + 6);
    expect(proxy.identify("alice")).toBe(true);
    expect(proxy.identify("alice")).toBe(false);
    expect(proxy.evict()).toEqual([{ id: 6, reason: "identity_changed" }]);
    expect(proxy.evict()).toEqual([]);
  });
});

describe("what is wrong", () => {
  test("with a configuration is said with its cure", () => {
    expect(() => proxy.configure("proxy 1\nroute a\nurl *://*\nstrategy fast\n")).toThrow(
      /route 1 "a", line 4: strategy fast: is no strategy: network-only, /,
    );
    expect(proxy.route(get).action).toBe("look_up");
  });

  test("with a text, a number or a size is an error, and no trap", () => {
    expect(() => proxy.route("nonsense")).toThrow("bad_input");
    expect(() => proxy.decide(7, get, startMs)).toThrow("bad_route");
    expect(() => proxy.add(1, "x", "y", 1, 1)).toThrow("bad_input");
    expect(() => proxy.dropTag("x".repeat(inputSizeMax + 1))).toThrow("bad_input");
    for (const nowMs of [Number.NaN, -1, Number.POSITIVE_INFINITY, 2 ** 80]) {
      expect(proxy.decide(1, get, nowMs).action).toBe("fetch");
    }
  });

  test("with no text that fits just so", () => {
    proxy.dropTag("x".repeat(inputSizeMax));
    proxy.dropTag("é".repeat(inputSizeMax / 2));
    expect(proxy.route(get).action).toBe("look_up");
  });
});
