// SPDX-License-Identifier: Apache-2.0
// The C ABI at its edges: handles that are stale, a module that has stopped, memory that grows.
import { describe, expect, test, vi } from "vitest";
import { add, Terms } from "../test/adder.ts";
import { connected, errorOf, range, wasm } from "../test/connected.ts";
import { wasm as feedWasm, streaming } from "../test/streaming.ts";
import { Core, type CoreListener } from "./core.ts";
import {
  badHandle,
  connectionsMax,
  endOfSession,
  roomSizeMin,
  sentOver,
  sentTooLarge,
  servedFlag,
} from "./generated/abi.ts";
import { loadCore } from "./load-core.ts";

function start(): Promise<Core> {
  return Core.start((imports) => WebAssembly.instantiate(wasm, imports));
}

const kind = { end: endOfSession, pingIntervalMs: 0 };
const nobody: CoreListener = { socket: undefined, receive: () => {}, broken: () => {} };

describe("a handle", () => {
  test("that is stale or was never given out is an error code everywhere", async () => {
    const { module } = await start();
    const stale = module.open(1, 2, endOfSession, 0);
    expect(module.close(stale)).toBe(0);
    const live = module.open(1, 2, endOfSession, 0);
    expect(live).not.toBe(stale);
    for (const handle of [stale, 0, -1, 0x7fff_ffff, live + 1, live + 256]) {
      expect(module.close(handle)).toBe(badHandle);
      expect(module.control(handle)).toBe(0);
      expect(module.attach(handle, 0)).toBe(badHandle);
      expect(module.detach(handle, 0)).toBe(badHandle);
      expect(module.abandon(handle)).toBe(badHandle);
      expect(module.receive(handle, module.allocate(16), 16, 0)).toBe(badHandle);
      expect(module.receive(handle, 0, 0, 0)).toBe(badHandle);
      expect(module.room(handle, 100)).toBe(badHandle);
      expect(module.call(handle, 0, 0, 0, 0, 0, 0, 0)).toBe(badHandle);
      expect(module.cancel(handle, 0)).toBe(badHandle);
      expect(module.item(handle, 0, 8)).toBe(badHandle);
      expect(module.end(handle, 0)).toBe(badHandle);
      expect(module.consumed(handle, 0, 1, 8)).toBe(badHandle);
      expect(module.respond(handle, 0, 8)).toBe(badHandle);
      expect(module.fail(handle, 0, 13, 0, module.allocate(8), 2, 0)).toBe(badHandle);
      expect(module.flush(handle)).toBe(badHandle);
      expect(module.advance(handle, 0)).toBe(badHandle);
    }
    expect(module.call(live, 0, 0, 0, 0, 0, 0, 0)).toBe(0);
  });

  test("is given out to so many connections, and again when one is closed", async () => {
    const core = await start();
    const handles = range(connectionsMax).map(() => core.open(nobody, kind));
    expect(() => core.open(nobody, kind)).toThrow(/^resource_exhausted: too many connections/);
    core.close(handles[7] ?? 0);
    expect(core.open(nobody, kind)).toBeGreaterThan(0);
  });
});

describe("what JavaScript asks of a connection", () => {
  test("is refused when it makes no sense", async () => {
    const { module } = await start();
    const handle = module.open(1, 2, endOfSession, 0);
    const moreThanRoom = module.call(handle, 0, 0, 0, 0, 0x7fff_ffff, 0, 0);
    expect(moreThanRoom).toBe(-3); // invalid_argument
    for (const call of [12345, servedFlag, servedFlag + 12345]) {
      expect(module.item(handle, call, 8)).toBe(sentOver);
      expect(module.consumed(handle, call, 1, 8)).toBe(0);
      expect(module.end(handle, call)).toBe(0);
    }
    expect(module.item(handle, 0, 0x7fff_ffff)).toBe(sentTooLarge);
    expect(module.cancel(handle, 12345)).toBe(0);
    expect(module.respond(handle, servedFlag + 7, 8)).toBe(0);
    expect(module.fail(handle, servedFlag + 7, 13, 0, module.allocate(8), 2, 0)).toBe(0);
    expect(module.detach(handle, 0)).toBe(0);
    expect(module.abandon(handle)).toBe(0);
    expect(module.flush(handle)).toBe(0);
  });

  test("moves with the memory when that grows", async () => {
    const core = await start();
    const handle = core.open(nobody, kind);
    const control = core.module.control(handle) >>> 2;
    core.write(handle, control, 8, Terms, { a: 1 });
    expect(core.capacity).toBeGreaterThanOrEqual(roomSizeMin - 8);
    const before = core.words;
    core.grow(10_000_000);
    expect(core.words === before).toBe(false); // toBe() itself would look into both
    expect(before.length).toBe(0);
    expect(core.capacity).toBeGreaterThanOrEqual(10_000_000);
    expect(core.start % 8).toBe(0);
    core.bytes.fill(1, core.start, core.start + 10_000_000);
  });
});

describe("a module that has stopped", () => {
  test("ends all of its clients, and each call", async () => {
    const { core } = await loadCore(wasm);
    const clients = [await connected(), await connected()];
    const calls = clients.map(({ client }) => errorOf(client.call(add, {})));
    vi.spyOn(core.module, "flush").mockImplementationOnce(() => {
      throw new WebAssembly.RuntimeError("unreachable");
    });
    for (const call of calls) {
      expect(await call).toBe("internal: cortado.wasm has stopped: connect() again");
    }
    for (const { client } of clients) {
      expect(client.state).toBe("failed");
      expect(await errorOf(client.call(add, {}))).toMatch(/^internal: cortado.wasm has stopped/);
      client.close();
    }
    const { client } = await connected();
    expect((await client.call(add, { a: 1, b: 1 })).sum).toBe(2);
  });

  test("by memory that runs out ends its calls, too", async () => {
    const { client } = await connected();
    const { core } = await loadCore(wasm);
    vi.spyOn(core.module, "call").mockImplementationOnce(() => {
      throw new WebAssembly.RuntimeError("unreachable");
    });
    expect(await errorOf(client.call(add, {}))).toMatch(/^internal: cortado.wasm has stopped/);
    expect(client.state).toBe("failed");
  });

  test("in the middle of streams ends them, too", async () => {
    const { client, feed } = await streaming();
    const { core } = await loadCore(feedWasm);
    vi.spyOn(core.module, "item").mockImplementationOnce(() => {
      throw new WebAssembly.RuntimeError("unreachable");
    });
    const reading = errorOf(feed.watch({}).forEach(() => {}));
    const upload = errorOf(feed.upload([{ text: "a" }]));
    expect(await upload).toMatch(/^internal: cortado.wasm has stopped/);
    expect(await reading).toMatch(/^internal: cortado.wasm has stopped/);
    expect(client.state).toBe("failed");
  });
});
