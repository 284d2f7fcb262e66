// SPDX-License-Identifier: Apache-2.0
// When a worker that has ended is replaced, and when that is given up. Knows no timer.
import { Backoff } from "../index.ts";

export interface RestartOptions {
  /** Starts in a row that may fail. Default: 5. */
  readonly failuresMax?: number | undefined;
  /** Milliseconds that the first wait after a failure is at most, and then twice as many. Default: 100. */
  readonly firstMsMax?: number | undefined;
  /** Milliseconds that a wait is at most. Default: 10,000. */
  readonly msMax?: number | undefined;
  /**
   * Milliseconds that a worker has to live for its start to count as good: one that ends sooner, as by
   * a call that kills it again and again, has failed. Default: 5,000.
   */
  readonly steadyMs?: number | undefined;
}

/** `false`: it is not replaced. */
export type RestartChoice = boolean | RestartOptions;

export class RestartPlan {
  readonly #failuresMax: number;
  readonly #steadyMs: number;
  readonly #backoff: Backoff;
  #failures = 0;

  constructor(choice: RestartChoice) {
    const options = typeof choice === "object" ? choice : {};
    const { failuresMax = 5, firstMsMax = 100, msMax = 10_000, steadyMs = 5000 } = options;
    this.#failuresMax = choice === false ? 1 : failuresMax;
    this.#steadyMs = choice === false ? Number.POSITIVE_INFINITY : steadyMs;
    this.#backoff = new Backoff({ firstMsMax, msMax });
  }

  /** In a row. */
  get failures(): number {
    return this.#failures;
  }

  /**
   * Milliseconds until the next start, of a worker that has ended after `livedMs` (undefined: it did
   * not start); undefined: there is none any more.
   */
  next(livedMs: number | undefined): number | undefined {
    if (livedMs !== undefined && livedMs >= this.#steadyMs) {
      this.#failures = 0;
      this.#backoff.succeeded();
      return 0;
    }
    this.#failures += 1;
    return this.#failures < this.#failuresMax ? this.#backoff.nextMs() : undefined;
  }
}
