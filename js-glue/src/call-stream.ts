// SPDX-License-Identifier: Apache-2.0
// The stream of items that a user reads: it begins when it is first read, and is read once, by
// `for await` or by a callback. Knows no carrier: it is given what starts the call.
import type { ItemStream } from "./codec/index.ts";
import { abortError, RpcError } from "./errors.ts";
import { Inlet } from "./inlet.ts";

/** Calls, with items going to `inlet`; settles when the call is over. */
export type StartCall<T> = (inlet: Inlet<T>, signal: AbortSignal) => Promise<unknown>;

export class CallStream<T> implements ItemStream<T> {
  readonly #start: StartCall<T>;
  readonly #signal: AbortSignal | undefined;
  readonly #abort = new AbortController();
  #read = false;

  constructor(start: StartCall<T>, signal: AbortSignal | undefined) {
    this.#start = start;
    this.#signal = signal;
  }

  async forEach(callback: (item: T) => void): Promise<void> {
    let thrown: { readonly value: unknown } | undefined;
    const inlet = new Inlet<T>((item) => {
      if (thrown !== undefined) return;
      try {
        callback(item);
      } catch (value) {
        thrown = { value };
        this.close();
      }
    });
    await this.#run(inlet);
    if (thrown !== undefined) throw thrown.value;
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    const inlet = new Inlet<T>();
    inlet.onLeave = () => this.close();
    this.#run(inlet).then(
      () => inlet.end(),
      (thrown: unknown) => inlet.end(RpcError.from(thrown)),
    );
    return inlet;
  }

  close(): void {
    this.#abort.abort(closed);
  }

  /** Fulfilled, too, when the user closed it. */
  async #run(inlet: Inlet<T>): Promise<void> {
    const outer = this.#signal;
    const { signal } = this.#abort;
    if (this.#read) throw new RpcError("failed_precondition", "a stream is read once: call again");
    this.#read = true;
    if (signal.aborted) return;
    if (outer?.aborted) throw abortError(outer);
    const onAbort = (): void => this.#abort.abort(outer?.reason);
    outer?.addEventListener("abort", onAbort);
    try {
      await this.#start(inlet, signal);
    } catch (thrown) {
      if (signal.reason !== closed) throw thrown;
    } finally {
      outer?.removeEventListener("abort", onAbort);
    }
  }
}

const closed = /*#__PURE__*/ new RpcError("cancelled", "the stream was closed");
