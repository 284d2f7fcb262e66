// SPDX-License-Identifier: Apache-2.0
// Wakes who waits at the other end of shared memory, and costs little when nobody does: one word
// that is 1 while somebody sleeps, or is about to.

/** How long a spinning end looks for work before it sleeps: longer than a call ever takes here. */
const spinMs = 20;
const looksPerClock = 256;

export class Bell {
  readonly #words: Int32Array;
  readonly #index: number;

  constructor(words: Int32Array, index: number) {
    this.#words = words;
    this.#index = index;
  }

  /** By who has made work, once it can be seen. */
  ring(): void {
    if (Atomics.exchange(this.#words, this.#index, 0) === 1) {
      Atomics.notify(this.#words, this.#index);
    }
  }

  /** Blocks until there is work, or was. */
  wait(isWork: () => boolean): void {
    if (this.#isToSleep(isWork)) Atomics.wait(this.#words, this.#index, 1);
  }

  /** The same, looking for it all the while; sleeps when there is none for long. */
  spin(isWork: () => boolean): void {
    for (const end = performance.now() + spinMs; performance.now() < end; ) {
      for (let looks = 0; looks < looksPerClock; ++looks) if (isWork()) return;
    }
    this.wait(isWork);
  }

  /** Calls `onWork` when there is work, or was; later, if there is some already. */
  async waitAsync(isWork: () => boolean, onWork: () => void): Promise<void> {
    if (this.#isToSleep(isWork)) await Atomics.waitAsync(this.#words, this.#index, 1).value;
    onWork();
  }

  #isToSleep(isWork: () => boolean): boolean {
    Atomics.store(this.#words, this.#index, 1);
    // What was made before the store was seen is seen here; what is made after it rings.
    if (!isWork()) return true;
    Atomics.store(this.#words, this.#index, 0);
    return false;
  }
}
