// SPDX-License-Identifier: Apache-2.0
// One thread's place on a bus: it sleeps until somebody rings, and hands the ring to whom it is for.
// A page sleeps by Atomics.waitAsync, or, where there is none, until a message port wakes it. A worker
// whose callers call again at once stays awake for them in Atomics.wait, which costs no time of the
// processor, only that of its own other events.

import { participantStateNumber, refusalNumber, ticketSlotMask } from "../generated/bus.ts";
import { RpcError } from "../index.ts";
import type { BusModule } from "./bus-module.ts";
import { refusalName, type Segment, startBus } from "./segment.ts";

/** What belongs to the pipes to and from one other participant. */
export interface PipeEnd {
  /** There may be something to read, or room to write, or the other has left. */
  onRing(): void;
  /** It answers something just now: this thread must not go to sleep over it. */
  readonly isBusy: boolean;
}

/** Milliseconds that a worker waits for the next ring with its own other events waiting, too. */
const lingerMs = 0.5;
/** Rings in a row, each soon after the other, from which on it does. */
const lingerAfter = 4;
/** Microtasks that a handler may take to its answer before its thread goes to sleep. */
const settlingTurns = 12;
/** What prepare_to_wait() says when there is something: any odd number. */
const doNotWait = 1;
/** Milliseconds after which a page lets its other events have their turn. */
const drainMsMax = 4;

export class Participant {
  readonly segment: Segment;
  readonly bus: BusModule;
  readonly me: number;
  readonly bytes: Uint8Array<ArrayBufferLike>;
  readonly words: Int32Array<ArrayBufferLike>;
  /** Index in `words` of what peek() found. */
  readonly found: number;
  /** Whether this thread is woken by Atomics.waitAsync; if not, by wake(). */
  readonly wakesItself = typeof Atomics.waitAsync === "function";
  /** Buffers of their own that may be moved over a port. */
  readonly movable = new WeakSet<Uint8Array>();
  /** What people call the others, by their slots. */
  readonly names: (string | undefined)[] = [];
  readonly #kept = new Set<number>();
  readonly #bell: number;
  readonly #ends: (PipeEnd | undefined)[] = [];
  readonly #mayLinger: boolean;
  #quickRings = 0;
  #sleptAt = 0;
  /** Rings taken by waitFor() that were for others. */
  #missed = 0;
  #isRunning = false;
  #isAsleep = false;
  #hasLeft = false;

  /** `ticket`: from invite(), if another did. Throws an RpcError when the segment takes no more participants, or is of another version. */
  constructor(segment: Segment, mayLinger: boolean, ticket?: number) {
    this.segment = segment;
    this.#mayLinger = mayLinger;
    this.bus = startBus(segment);
    this.me = ticket ?? this.invite();
    const { buffer } = segment.memory;
    this.bytes = new Uint8Array(buffer);
    this.words = new Int32Array(buffer);
    this.found = this.bus.control(this.me) >>> 2;
    this.#bell = this.bus.doorbell(this.me) >>> 2;
  }

  get slot(): number {
    return this.me & ticketSlotMask;
  }

  /** Joins in the stead of another, and gives its ticket, so that its slot is known if it never comes. */
  invite(): number {
    const ticket = this.bus.join(this.segment.spins);
    if (ticket < 0) throw joinError(ticket);
    return ticket;
  }

  /** Rings of that slot are `end`'s from now on, beginning with those nobody took. */
  attach(slot: number, end: PipeEnd): void {
    this.#ends[slot] = end;
    this.again(slot);
    if (this.#isRunning) return;
    this.#isRunning = true;
    queueMicrotask(this.#run);
  }

  detach(slot: number, end: PipeEnd): void {
    if (this.#ends[slot] === end) this.#ends[slot] = undefined;
  }

  /** Has that slot's end look once more, after others. */
  again(slot: number): void {
    if (this.#missed === 0) queueMicrotask(this.#resume);
    this.#missed |= 1 << slot;
  }

  /** Nobody is there, or one that was declared dead. */
  isGone(slot: number): boolean {
    return (this.bus.state(slot) & ticketSlotMask) !== participantStateNumber.alive;
  }

  /** Somebody rang, and says so by other means. */
  readonly wake = (): void => {
    if (!this.wakesItself) this.#run();
  };

  /** How many others are left. Memory that nobody is in is the browser's to free. */
  leave(): number {
    this.#hasLeft = true;
    const others = this.bus.leave(this.me);
    // A sleeper is woken, and finds that it is over.
    Atomics.notify(this.words, this.#bell);
    for (const end of this.#ends) end?.onRing();
    return others;
  }

  // --- blocks ----------------------------------------------------------------------------------

  /** Address of a block; undefined: the segment has no room. */
  allocate(size: number): number | undefined {
    const block = this.bus.allocate(this.me, Math.max(size, 1));
    return block < 0 ? undefined : block >>> 0;
  }

  free(block: number): void {
    this.bus.free(this.me, block);
  }

  /** Room that its user fills: in the segment, or, when that is full, of its own. */
  take(size: number): Uint8Array {
    const block = this.allocate(size);
    if (block !== undefined) return this.keep(block, size);
    const room = new Uint8Array(size);
    this.movable.add(room);
    return room;
  }

  /** A view of a block, which is its user's until give() or release(). */
  keep(block: number, size: number): Uint8Array {
    this.#kept.add(block);
    return new Uint8Array(this.segment.memory.buffer, block, size);
  }

  /** The user's no more: the block that it is, or bytes that can be moved; undefined: neither. */
  give(value: Uint8Array): number | Uint8Array<ArrayBuffer> | undefined {
    if (this.movable.delete(value)) return value as Uint8Array<ArrayBuffer>;
    const isKept = value.buffer === this.segment.memory.buffer && this.#kept.has(value.byteOffset);
    if (!isKept) return undefined;
    this.#kept.delete(value.byteOffset);
    return value.byteOffset;
  }

  release(value: Uint8Array): void {
    const block = this.give(value);
    if (typeof block === "number") this.free(block);
  }

  // --- the loop --------------------------------------------------------------------------------

  readonly #run = (): void => {
    this.#isAsleep = false;
    const startedAt = performance.now();
    this.#countQuickRings(startedAt);
    for (;;) {
      this.#handOut();
      if (this.#mayLinger && this.#quickRings >= lingerAfter) {
        void this.#linger();
        return;
      }
      const seen = this.#prepareToWait();
      if (seen === undefined) return;
      if (seen % 2 === 0 && this.#sleep(seen)) return;
      if (performance.now() - startedAt > drainMsMax) {
        setTimeout(this.#run);
        return;
      }
    }
  };

  /** Gives each its ring. */
  #handOut(): void {
    let bits = (this.bus.look(this.me) | this.#missed) >>> 0;
    this.#missed = 0;
    for (let slot = 0; bits !== 0; slot += 1, bits >>>= 1) {
      if (bits & 1) this.#ends[slot]?.onRing();
    }
  }

  /** undefined: it has left, or was declared dead. */
  #prepareToWait(): number | undefined {
    if (this.#hasLeft) return undefined;
    if (this.#missed !== 0 || this.bus.spin(this.me) === 1) return doNotWait;
    const seen = this.bus.prepare_to_wait(this.me);
    if (seen % 2 === 0 || this.bus.doorbell(this.me) > 0) return seen;
    for (const end of this.#ends) end?.onRing();
    return undefined;
  }

  /** Whether it is asleep: the bell may have rung before. */
  #sleep(seen: number): boolean {
    this.#sleptAt = performance.now();
    this.#isAsleep = true;
    if (!this.wakesItself) return true;
    const wait = Atomics.waitAsync(this.words, this.#bell, seen);
    if (!wait.async) {
      this.#isAsleep = false;
      return false;
    }
    void wait.value.then(this.#run);
    return true;
  }

  #countQuickRings(nowMs: number): void {
    if (!this.#mayLinger) return;
    this.#quickRings = nowMs - this.#sleptAt < lingerMs ? this.#quickRings + 1 : 0;
  }

  /** Answers that need no more than microtasks leave, and then the next ring is waited for. */
  async #linger(): Promise<void> {
    for (let turn = 0; turn < settlingTurns; turn += 1) await undefined;
    const seen = this.#prepareToWait();
    if (seen === undefined) return;
    this.#sleptAt = performance.now();
    if (seen % 2 === 0 && !this.#ends.some((end) => end?.isBusy)) {
      const how = Atomics.wait(this.words, this.#bell, seen, lingerMs);
      if (how === "timed-out") this.#quickRings = 0;
    } else if (seen % 2 === 0) {
      this.#quickRings = 0;
    }
    this.#run();
  }

  /**
   * Blocks this thread, which is a worker's, until `isDone` says so after a ring of `slot`, or for
   * `timeoutMs`. Rings of others wait until then.
   */
  waitFor(slot: number, isDone: () => boolean, timeoutMs: number): void {
    const endMs = performance.now() + timeoutMs;
    while (!isDone()) {
      this.bus.spin(this.me);
      const seen = this.bus.prepare_to_wait(this.me);
      if (seen % 2 === 0) {
        const leftMs = endMs - performance.now();
        if (leftMs <= 0) break;
        Atomics.wait(this.words, this.#bell, seen, leftMs);
      } else if (this.bus.doorbell(this.me) < 0) {
        break;
      }
      const bits = this.bus.look(this.me);
      this.#missed |= bits & ~(1 << slot);
      if ((bits >>> slot) & 1) this.#ends[slot]?.onRing();
    }
    queueMicrotask(this.#resume);
  }

  /** Who slept meanwhile does so still, but the bell has been told otherwise. */
  readonly #resume = (): void => {
    while (this.#isAsleep) {
      this.#handOut();
      const seen = this.#prepareToWait();
      if (seen === undefined || seen % 2 === 0) return;
    }
  };
}

function joinError(status: number): RpcError {
  if (status === -refusalNumber.full) {
    const reason = "this bus has 32 participants already: open another for more workers";
    return new RpcError("resource_exhausted", reason);
  }
  return new RpcError("failed_precondition", `the bus refused: ${refusalName(status)}`);
}
