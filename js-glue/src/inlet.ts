// SPDX-License-Identifier: Apache-2.0
// Where the items of one call arrive: in a callback as they are received, or in a queue from which
// an iterator takes them. It counts what was taken, so that credit goes back to the writer; the
// windows that bound the queue are the core's. Knows no connection.
import type { RpcError } from "./errors.ts";

/** Takes credit back to the writer: so many items, and their bytes. */
export type Consume = (items: number, bytes: number) => void;

/** Items that are taken from a queue before that is said. */
const takenItemsMax = 128;

interface Waiting<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: RpcError): void;
}

const nothing: Consume = () => {};

export class Inlet<T> implements AsyncIterator<T, undefined> {
  /** Set by who feeds it, while the call goes on. */
  consume: Consume = nothing;
  /** Taken, and not said yet. */
  items = 0;
  bytes = 0;
  /** Of an iterator: it wants no more. */
  onLeave: () => void = () => {};
  readonly callback: ((item: T) => void) | undefined;
  /** Items, each followed by its size; those before #head are taken. */
  #queue: unknown[] = [];
  #head = 0;
  #waiting: Waiting<T>[] = [];
  #onEmpty: (() => void) | undefined;
  #ended = false;
  #error: RpcError | undefined;

  constructor(callback?: (item: T) => void) {
    this.callback = callback;
  }

  /** An item has arrived; with a callback credit waits for giveBack(). */
  take(item: T, size: number): void {
    if (this.callback !== undefined) {
      this.items += 1;
      this.bytes += size;
      this.callback(item);
      return;
    }
    const waiting = this.#waiting.shift();
    if (waiting === undefined) {
      this.#queue.push(item, size);
    } else {
      this.#taken(size);
      waiting.resolve({ done: false, value: item });
    }
  }

  giveBack(): void {
    const { items, bytes } = this;
    this.items = this.bytes = 0;
    if (items !== 0) this.consume(items, bytes);
  }

  /** The call is over: its credit went back by itself. */
  detach(): void {
    this.consume = nothing;
  }

  /** No more items come; those that arrived are still read. */
  end(error?: RpcError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#error = error;
    this.detach();
    for (const waiting of this.#waiting.splice(0)) this.#endFor(waiting);
  }

  /** Fulfilled when all that arrived is taken, or nobody takes it any more. */
  async emptied(): Promise<void> {
    if (this.#queue.length === 0 || this.#ended) return;
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const queue = this.#queue;
    if (this.#head < queue.length) {
      const value = queue[this.#head] as T; // take() put it there
      const size = queue[this.#head + 1] as number;
      this.#head += 2;
      if (this.#head === queue.length) {
        queue.length = this.#head = 0;
        this.#onEmpty?.();
      }
      this.#taken(size);
      return Promise.resolve({ done: false, value });
    }
    return new Promise((resolve, reject) => {
      const waiting: Waiting<T> = { resolve, reject };
      if (this.#ended) this.#endFor(waiting);
      else this.#waiting.push(waiting);
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#queue = [];
    this.#head = 0;
    this.end();
    this.#error = undefined;
    this.#onEmpty?.();
    this.onLeave();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #taken(size: number): void {
    this.items += 1;
    this.bytes += size;
    if (this.items >= takenItemsMax || this.#queue.length === 0) this.giveBack();
  }

  /** An error is told once; after that there is just no more. */
  #endFor(waiting: Waiting<T>): void {
    const error = this.#error;
    this.#error = undefined;
    if (error === undefined) waiting.resolve({ done: true, value: undefined });
    else waiting.reject(error);
  }
}
