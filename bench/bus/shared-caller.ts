// SPDX-License-Identifier: Apache-2.0
// Calls by hand over shared memory, with no features: all of a turn leave with one ring of the bell,
// and answers are awaited in the way that is fastest where the caller is: a page must not block; a
// worker that has nothing else to do may.
import type { Bell } from "./bell.ts";

/** How calls leave, and answers come. */
export interface Lane {
  /** Rung by the worker. */
  readonly bell: Bell;
  send(slot: number, payload: Uint8Array): void;
  /** Lets the worker know of what was sent. */
  flush(): void;
  readonly isWork: () => boolean;
  /** Reads the answers that are there. */
  receive(read: (slot: number, check: number) => void): void;
}

export type Waiting = "async" | "block" | "spin";

/** Its reactions are microtasks that cost a tenth of queueMicrotask()'s in Chromium. */
const settled = Promise.resolve();

export const isWorker = !("document" in globalThis);

export class SharedCaller {
  readonly #lane: Lane;
  readonly #waiting: Waiting;
  readonly #resolvers: ((check: number) => void)[] = [];
  readonly #freeSlots: number[] = [];
  #inFlight = 0;
  #isFlushing = false;
  #isArmed = false;

  constructor(lane: Lane, waiting: Waiting) {
    this.#lane = lane;
    this.#waiting = waiting;
  }

  call(payload: Uint8Array): Promise<number> {
    this.#flushSoon();
    const slot = this.#freeSlots.pop() ?? this.#resolvers.length;
    this.#lane.send(slot, payload);
    this.#inFlight += 1;
    return new Promise((resolve) => {
      this.#resolvers[slot] = resolve;
    });
  }

  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    void settled.then(this.#flush);
  }

  readonly #flush = (): void => {
    this.#isFlushing = false;
    const { bell, isWork } = this.#lane;
    this.#lane.flush();
    if (this.#waiting === "async") {
      this.#arm();
      return;
    }
    if (this.#waiting === "spin") bell.spin(isWork);
    else bell.wait(isWork);
    this.#receive();
    // Behind what those do whose answers have come.
    if (this.#inFlight > 0) this.#flushSoon();
  };

  #arm(): void {
    if (this.#isArmed) return;
    this.#isArmed = true;
    void this.#lane.bell.waitAsync(this.#lane.isWork, this.#onWork);
  }

  readonly #onWork = (): void => {
    this.#isArmed = false;
    this.#receive();
    if (this.#inFlight > 0) this.#arm();
  };

  #receive(): void {
    this.#lane.receive(this.#onAnswer);
  }

  readonly #onAnswer = (slot: number, check: number): void => {
    this.#inFlight -= 1;
    this.#freeSlots.push(slot);
    this.#resolvers[slot]?.(check);
  };
}
