// SPDX-License-Identifier: Apache-2.0
// One timer for the earliest of many times, in the clock of performance.now(). It is left alone when
// the earliest moves further away: to wake in vain once costs less than to set it with each call.

export const never = Number.POSITIVE_INFINITY;

/** What setTimeout() takes. */
const waitMsMax = 0x7fff_ffff;

export class WakeTimer {
  readonly #wake: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #atMs = never;

  constructor(wake: () => void) {
    this.#wake = wake;
  }

  /** Wakes then, or before. */
  notAfter(atMs: number): void {
    if (atMs >= this.#atMs) return;
    this.stop();
    this.#atMs = atMs;
    const waitMs = Math.min(Math.ceil(atMs - performance.now()), waitMsMax);
    this.#timer = setTimeout(() => {
      this.#atMs = never;
      this.#wake();
    }, waitMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
