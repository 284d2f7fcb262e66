// SPDX-License-Identifier: Apache-2.0
// ringbuf.js is a ring without frames and without a way to wait: here its bytes are calls and
// answers, and who waits for them is woken by the bell of the ideal.
import { RingBuffer } from "ringbuf.js";
import { Bell } from "./bell.ts";
import { type BusConnection, calling } from "./connection.ts";
import { checkOf } from "./payload.ts";
import { isWorker, type Lane, SharedCaller } from "./shared-caller.ts";
import { startOn } from "./shared-worker.ts";

/** Slot, and size of the payload that follows; of an answer slot and check. */
const headWords = 2;
const headBytes = headWords * 4;

/** Bytes; of calls room for 64 MiB, and for what is in flight of smaller ones. */
const capacity = { calls: 65 << 20, answers: 64 << 10 };

interface Memory {
  readonly bells: SharedArrayBuffer;
  readonly calls: SharedArrayBuffer;
  readonly answers: SharedArrayBuffer;
}

function newMemory(): Memory {
  return {
    bells: new SharedArrayBuffer(128),
    calls: RingBuffer.getStorageForCapacity(capacity.calls, Uint8Array),
    answers: RingBuffer.getStorageForCapacity(capacity.answers, Uint8Array),
  };
}

/** Far from each other, as two threads write to them. */
function bellsOf({ bells }: Memory) {
  const words = new Int32Array(bells);
  return { calls: new Bell(words, 0), answers: new Bell(words, 16) };
}

/** Writes and reads heads, each in one piece. */
class Heads {
  readonly #ring: RingBuffer;
  readonly #words = new Uint32Array(headWords);
  readonly #bytes = new Uint8Array(this.#words.buffer);

  constructor(ring: RingBuffer) {
    this.#ring = ring;
  }

  readonly isThere = (): boolean => this.#ring.availableRead() >= headBytes;

  write(slot: number, value: number): void {
    this.#words[0] = slot;
    this.#words[1] = value;
    this.#ring.push(this.#bytes);
  }

  read(): readonly [slot: number, value: number] {
    this.#ring.pop(this.#bytes);
    return [this.#words[0] ?? 0, this.#words[1] ?? 0];
  }
}

export async function openRingbuf(script: URL): Promise<BusConnection> {
  const memory = newMemory();
  await startOn(script, memory);
  const caller = new SharedCaller(laneOn(memory), isWorker ? "block" : "async");
  return calling((payload) => caller.call(payload));
}

function laneOn(memory: Memory): Lane {
  const bells = bellsOf(memory);
  const calls = new RingBuffer(memory.calls, Uint8Array);
  const callHeads = new Heads(calls);
  const answers = new Heads(new RingBuffer(memory.answers, Uint8Array));
  return {
    bell: bells.answers,
    isWork: answers.isThere,
    send(slot, payload) {
      if (calls.availableWrite() < headBytes + payload.length) throw new Error("the ring is full");
      callHeads.write(slot, payload.length);
      calls.push(payload);
    },
    flush: () => bells.calls.ring(),
    receive(read) {
      while (answers.isThere()) read(...answers.read());
    },
  };
}

export function serveRingbuf(memory: Memory): never {
  const bells = bellsOf(memory);
  const calls = new RingBuffer(memory.calls, Uint8Array);
  const callHeads = new Heads(calls);
  const answers = new Heads(new RingBuffer(memory.answers, Uint8Array));
  let payload = new Uint8Array(0);
  for (;;) {
    bells.calls.wait(callHeads.isThere);
    while (callHeads.isThere()) {
      const [slot, size] = callHeads.read();
      if (payload.length !== size) payload = new Uint8Array(size);
      while (calls.availableRead() < size); // it is being written behind its head
      calls.pop(payload);
      answers.write(slot, checkOf(payload));
    }
    bells.answers.ring();
  }
}
