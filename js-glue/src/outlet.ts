// SPDX-License-Identifier: Apache-2.0
// Sends the items of one call, taken from what the user gave, as fast as the other end reads them:
// while there is no credit nothing is taken. Knows no connection: it is given what sends an item.
import type { Items } from "./codec/index.ts";
import { RpcError } from "./errors.ts";
import { sentBlocked, sentOver, sentTooLarge } from "./generated/abi.ts";

export class Outlet<T> {
  readonly #iterator: Iterator<T> | AsyncIterator<T>;
  readonly #isAsync: boolean;
  #wake: (() => void) | undefined;
  #over = false;

  constructor(items: Items<T>) {
    this.#isAsync = Symbol.asyncIterator in items;
    this.#iterator =
      Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  }

  /**
   * Fulfilled when there are no more items, or the call is over, with whether it goes on; rejected
   * with what the source of items threw. `send` says what became of an item: see client/abi.capnp.
   */
  async run(send: (item: T) => number): Promise<boolean> {
    for (;;) {
      let result: IteratorResult<T>;
      try {
        const next = this.#iterator.next();
        // Items that are there already leave in one turn.
        result = this.#isAsync ? await next : (next as IteratorResult<T>);
      } catch (thrown) {
        this.#over = true; // nobody needs to tell it to stop
        throw thrown;
      }
      const { done, value } = result;
      if (done === true) this.#over = true;
      if (this.#over) return done === true;
      let sent = send(value);
      while (sent === sentBlocked) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        if (this.#over) return false;
        sent = send(value);
      }
      if (sent === sentTooLarge) {
        throw new RpcError("resource_exhausted", "an item exceeds what the other end takes");
      }
      if (sent === sentOver) return false;
    }
  }

  /** There is credit again. */
  writable(): void {
    this.#wake?.();
  }

  /** The call has ended: its source is told to stop. */
  over(): void {
    if (this.#over) return;
    this.#over = true;
    this.#wake?.();
    void this.#stop();
  }

  /** What the source throws at its end is nobody's answer any more: it is reported as unhandled. */
  async #stop(): Promise<void> {
    await this.#iterator.return?.();
  }
}
