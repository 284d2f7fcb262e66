// SPDX-License-Identifier: Apache-2.0
// The real bus.wasm, instantiated by each of several threads on one shared memory.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { brotliCompressSync } from "node:zlib";
import { build } from "esbuild";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  memorySizeMax,
  memorySizeMin,
  participantStateNumber,
  pipeSizeMin,
  refusalNumber,
  segmentAddress,
  ticketSlotMask,
} from "../src/generated/bus.ts";
import { instantiate, Talker, type Wait } from "./bus-talker.ts";
import type { BusWorkerData } from "./bus-worker.ts";

const bytes = readFileSync(new URL("../dist/bus.wasm", import.meta.url));
const module = new WebAssembly.Module(bytes);
const wasmPageSize = 65_536;
const workers: Worker[] = [];
let workerScript = "";

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("bus-worker.ts", import.meta.url))],
    bundle: true,
    format: "esm",
    platform: "node",
    write: false,
  });
  const text = outputFiles[0]?.contents ?? new Uint8Array();
  workerScript = `data:text/javascript;base64,${Buffer.from(text).toString("base64")}`;
});

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

function sharedMemory(size: number = memorySizeMin): WebAssembly.Memory {
  const pages = size / wasmPageSize;
  return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
}

/** A memory with a segment in it, and this thread's instance. */
function segment() {
  const memory = sharedMemory();
  const bus = instantiate(module, memory);
  expect(bus.format()).toBe(0);
  return { memory, bus, words: new Int32Array(memory.buffer) };
}

/** A worker with a participant, whose ticket is the first that it says. */
async function startWorker(data: Omit<BusWorkerData, "module">) {
  const workerData: BusWorkerData = { module, ...data };
  const worker = new Worker(new URL(workerScript), { workerData });
  workers.push(worker);
  const [ticket] = (await once(worker, "message")) as [number];
  return { worker, ticket, slot: ticket & ticketSlotMask };
}

test("the module is small, has its memory from outside and nothing in it", () => {
  expect(WebAssembly.Module.imports(module)).toEqual([
    { module: "env", name: "memory", kind: "memory" },
  ]);
  expect(WebAssembly.Module.exports(module).every(({ kind }) => kind === "function")).toBe(true);
  // Globals would be a stack in memory, which all instances would share; data and a start function
  // would be written over a segment that is in use.
  const [type, imports, functions, exports, code, global, start, data] = [1, 2, 3, 7, 10, 6, 8, 11];
  const found = sectionsOf(bytes);
  for (const section of [type, imports, functions, exports, code]) expect(found).toContain(section);
  for (const section of [global, start, data]) expect(found).not.toContain(section);
  expect(brotliCompressSync(bytes).length).toBeLessThan(4096);
});

/** The ids of a module's sections. */
function sectionsOf(wasm: Uint8Array): number[] {
  const ids: number[] = [];
  let at = 8;
  while (at < wasm.length) {
    ids.push(wasm[at++] ?? 0);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++] ?? 0;
      size |= (byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    at += size;
  }
  return ids;
}

test("a memory may be of every size that is allowed, and of no other", () => {
  for (const size of [memorySizeMin, memorySizeMin * 5, memorySizeMax]) {
    expect(instantiate(module, sharedMemory(size)).check()).toBe(-refusalNumber.bad_magic);
  }
  for (const size of [memorySizeMin / 2, memorySizeMax + wasmPageSize]) {
    expect(() => instantiate(module, sharedMemory(size))).toThrow(WebAssembly.LinkError);
  }
});

describe("two threads", () => {
  async function converse(count: number, wait: Wait): Promise<void> {
    const { memory, bus } = segment();
    const free = bus.free_size();
    const [one, two] = await Promise.all(
      [1, 2].map((seed) => startWorker({ memory, seed, count, wait })),
    );
    if (one === undefined || two === undefined) throw new Error("no workers");
    const results = [once(one.worker, "message"), once(two.worker, "message")];
    one.worker.postMessage(two.slot);
    two.worker.postMessage(one.slot);
    expect(await Promise.all(results)).toEqual([[count], [count]]);
    for (const { ticket } of [one, two]) bus.leave(ticket);
    expect(bus.free_size()).toBe(free);
  }

  test("pass a million messages each way, by Atomics.wait", () => converse(1_000_000, "wait"));

  test("pass some by Atomics.waitAsync", () => converse(50_000, "waitAsync"));
});

test("the main thread talks with a worker", async () => {
  const { memory, bus } = segment();
  const talker = new Talker(bus, memory, 3);
  const { worker, slot } = await startWorker({ memory, seed: 4, count: 50_000, wait: "wait" });
  const result = once(worker, "message");
  worker.postMessage(talker.ticket & ticketSlotMask);
  expect(await talker.talk(slot, 50_000, "waitAsync")).toBe(50_000);
  expect(await result).toEqual([50_000]);
});

test("a worker that is terminated while it talks leaves nothing, and can be replaced", async () => {
  const { memory, bus } = segment();
  const free = bus.free_size();
  const talker = new Talker(bus, memory, 3);
  const me = talker.ticket;
  for (let round = 0; round < 5; round += 1) {
    const { worker, slot } = await startWorker({ memory, seed: round, count: -1, wait: "wait" });
    expect(slot).toBe(1);
    worker.postMessage(me & ticketSlotMask);
    const talk = talker.talk(slot, -1, "waitAsync");
    // Its first messages came: it is in the middle of it.
    await expect.poll(() => talker.received, { timeout: 100_000 }).toBeGreaterThan(0);
    await worker.terminate();
    expect(bus.mark_dead(me, slot)).toBe(0);
    await expect(talk).rejects.toThrow(/refusal|ended/);
    expect(bus.reclaim(me, slot)).toBe(0);
    bus.end(me, slot, 0);
    bus.finish(me, slot, 0);
    expect(bus.free_size()).toBe(free);
    expect(bus.state(slot) & 0xff).toBe(participantStateNumber.free);
  }
});

describe("what is wrong is refused with its reason", () => {
  test("a memory without a segment, or with another's", () => {
    const { memory, bus, words } = segment();
    expect(instantiate(module, memory).check()).toBe(0);
    words[segmentAddress / 4 + 1] = 99;
    expect(bus.join(0)).toBe(-refusalNumber.bad_version);
    words[segmentAddress / 4] = 0x6d736100;
    expect(bus.join(0)).toBe(-refusalNumber.bad_magic);
    words.fill(0);
    expect(bus.join(0)).toBe(-refusalNumber.bad_magic);
  });

  test("a segment that was made in a memory of another size", () => {
    const { words } = segment();
    const memory = sharedMemory(memorySizeMin * 2);
    new Int32Array(memory.buffer).set(words);
    expect(instantiate(module, memory).check()).toBe(-refusalNumber.bad_size);
  });

  test("addresses that are no blocks, and tickets that are nobody's", () => {
    const { bus, memory } = segment();
    const me = bus.join(0);
    bus.join(0);
    expect(bus.open(me, 1, pipeSizeMin)).toBe(0);
    const block = bus.allocate(me, 10_000);
    const wrong = [0, 8, 4096, block + 8, block + 4096, memory.buffer.byteLength, -1, 2 ** 31];
    for (const address of wrong) {
      expect(bus.free(me, address)).toBe(-refusalNumber.bad_block);
      expect(bus.send_block(me, 1, address, 1, 0)).toBe(-refusalNumber.bad_block);
    }
    expect(bus.send_block(me, 1, block, 10_000, 0)).toBe(0);
    for (const ticket of [0, -1, me + 2, me + 256, me + 40, 2 ** 31]) {
      expect(bus.peek(ticket, 0)).toBe(-refusalNumber.gone);
    }
  });

  test("whatever else, without a trap", () => {
    const { bus, words } = segment();
    const tickets = [bus.join(0), bus.join(0), bus.join(0)];
    let state = 1;
    const random = (limit: number) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * limit);
    };
    const any = () =>
      [0, 1, 2, 31, 32, 4096, 65_536, 1_052_672, -1, random(2 ** 32)][random(10)] ?? 0;
    // Each takes numbers and gives one.
    const functions = Object.values(bus) as ((...args: number[]) => number)[];
    const tables = segmentAddress / 4 + 16;
    for (let step = 0; step < 200_000; step += 1) {
      const call = functions[random(functions.length)];
      const me = random(8) === 0 ? any() : (tickets[random(3)] ?? 0);
      call?.(me, random(2) === 0 ? random(3) : any(), any(), any(), random(2));
      if (random(4) === 0) words[tables + random(30_000)] = random(2 ** 32);
    }
    words.fill(0, segmentAddress / 4);
    expect(bus.format()).toBe(0);
    expect(bus.join(0)).toBeGreaterThan(0);
  });
});
