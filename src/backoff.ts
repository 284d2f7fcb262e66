// SPDX-License-Identifier: Apache-2.0
// How long to wait before the next attempt: full jitter, so that a thousand pages whose server
// restarted do not come back at one moment. Knows no timer.

export interface BackoffOptions {
  /** The first wait is at most this long, and each further one at most twice the last. */
  readonly firstMsMax: number;
  readonly msMax: number;
}

export class Backoff {
  readonly #options: BackoffOptions;
  readonly #random: () => number;
  #attempts = 0;

  constructor(options: BackoffOptions, random: () => number = Math.random) {
    this.#options = options;
    this.#random = random;
  }

  nextMs(): number {
    const { firstMsMax, msMax } = this.#options;
    const limitMs = Math.min(firstMsMax * 2 ** this.#attempts, msMax);
    this.#attempts += 1;
    return this.#random() * limitMs;
  }

  succeeded(): void {
    this.#attempts = 0;
  }
}
