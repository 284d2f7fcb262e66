// SPDX-License-Identifier: Apache-2.0
// One participant of a bus that sends numbered messages to another and checks what that one sends, in
// a thread of its own (bus-worker.ts) or in the test's.
import { setImmediate } from "node:timers/promises";
import type { BusModule } from "../src/bus/bus-module.ts";
import {
  hostCloseCodeMin,
  pipeSizeMin,
  recordKindNumber,
  refusalNumber,
} from "../src/generated/bus.ts";

export type Wait = "wait" | "waitAsync";

export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): BusModule {
  // The type of exports is as wide as all of WebAssembly.
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as BusModule;
}

/** Not random enough for anything else. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}

function checked(status: number, what: string): number {
  if (status < 0) throw new Error(`${what}: refusal ${-status}`);
  return status;
}

/** Waits until `word` is not `seen`; with waitAsync the event loop goes on meanwhile. */
async function waitFor(words: Int32Array, word: number, seen: number, by: Wait): Promise<void> {
  if (by === "wait") {
    Atomics.wait(words, word, seen);
    return;
  }
  await Atomics.waitAsync(words, word, seen).value;
}

export class Talker {
  readonly ticket: number;
  readonly #bus: BusModule;
  readonly #words: Int32Array;
  readonly #control: number;
  readonly #doorbell: number;
  readonly #random: () => number;
  #sent = 0;
  #size = 0;
  #received = 0;

  constructor(bus: BusModule, memory: WebAssembly.Memory, seed: number) {
    this.#bus = bus;
    this.#words = new Int32Array(memory.buffer);
    this.ticket = checked(bus.join(0), "join");
    this.#control = bus.control(this.ticket) / 4;
    this.#doorbell = bus.doorbell(this.ticket) / 4;
    this.#random = randomFrom(seed);
  }

  get received(): number {
    return this.#received;
  }

  /** Until both ends have sent `count` messages; -1: for ever. Returns how many it received. */
  async talk(peer: number, count: number, by: Wait): Promise<number> {
    this.#sent = this.#received = this.#size = 0;
    checked(this.#bus.open(this.ticket, peer, pipeSizeMin), "open");
    let hasEnded = false;
    let isFinished = false;
    while (!hasEnded || !isFinished) {
      let hasMoved = this.#write(peer, count);
      if (!hasEnded && this.#sent === count) {
        hasEnded = hasMoved = true;
        checked(this.#bus.end(this.ticket, peer, hostCloseCodeMin), "end");
      }
      const before = this.#received;
      isFinished ||= this.#read(peer);
      hasMoved ||= isFinished || this.#received > before;
      if (!hasMoved) await this.#sleep(by);
      // What a page must not do, either, is to keep its event loop waiting for as long as this lasts.
      else if (by === "waitAsync") await setImmediate();
    }
    return this.#received;
  }

  async #sleep(by: Wait): Promise<void> {
    const seen = this.#bus.prepare_to_wait(this.ticket);
    if (seen % 2 === 0) await waitFor(this.#words, this.#doorbell, seen, by);
    this.#bus.look(this.ticket);
  }

  #write(peer: number, count: number): boolean {
    const before = this.#sent;
    for (let turn = 1 + (this.#random() % 15); turn > 0 && this.#sent !== count; turn -= 1) {
      // Small ones, and now and then up to half the ring.
      this.#size ||= 4 + 4 * (this.#random() % (this.#random() % 64 === 0 ? 509 : 16));
      const room = checked(this.#bus.reserve(this.ticket, peer, this.#size), "reserve");
      if (room === 0) break;
      for (let at = 0; at < this.#size; at += 4) this.#words[(room + at) / 4] = this.#sent ^ at;
      checked(this.#bus.commit(this.ticket, peer, this.#size), "commit");
      this.#sent += 1;
      this.#size = 0;
    }
    if (this.#sent > before) checked(this.#bus.ring(this.ticket, peer), "ring");
    return this.#sent > before;
  }

  /** Whether that was the end. */
  #read(peer: number): boolean {
    while (true) {
      const kind = this.#bus.peek(this.ticket, peer);
      if (kind === -refusalNumber.no_pipe || kind === recordKindNumber.none) return false;
      const [at = 0, size = 0] = this.#words.subarray(this.#control, this.#control + 2);
      if (checked(kind, "peek") === recordKindNumber.ended) {
        if (size !== hostCloseCodeMin) throw new Error(`ended with ${size}`);
        checked(this.#bus.finish(this.ticket, peer, 0), "finish");
        return true;
      }
      for (let offset = 0; offset < size; offset += 4) {
        if (this.#words[(at + offset) / 4] !== (this.#received ^ offset)) {
          throw new Error(`message ${this.#received} is not what was sent`);
        }
      }
      checked(this.#bus.release(this.ticket, peer), "release");
      this.#received += 1;
    }
  }
}
