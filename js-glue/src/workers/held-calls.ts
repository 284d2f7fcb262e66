// SPDX-License-Identifier: Apache-2.0
// Calls that have not left, because no worker is there to take them. Each waits until it is given to
// one, aborted, or out of time. Knows no worker.
import {
  abortError,
  type CallAgain,
  type CallMore,
  deadlineError,
  type MethodDescriptor,
  type RpcError,
} from "../index.ts";

/** Milliseconds beyond which a timer fires at once. */
const timerMsMax = 0x7fff_ffff;

class HeldCall {
  readonly #call: Parameters<CallAgain>;
  readonly #endMs: number;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #onAbort: () => void;
  readonly #resolve: (value: unknown) => void;
  readonly reject: (error: RpcError) => void;

  constructor(
    call: Parameters<CallAgain>,
    giveUp: (error: RpcError) => void,
    resolve: (value: unknown) => void,
    reject: (error: RpcError) => void,
  ) {
    const [, , timeoutMs, signal] = call;
    this.#call = call;
    this.#resolve = resolve;
    this.reject = reject;
    this.#endMs = performance.now() + timeoutMs;
    this.#onAbort = () => signal && giveUp(abortError(signal));
    signal?.addEventListener("abort", this.#onAbort);
    if (timeoutMs === 0) return;
    const onTime = (): void => giveUp(deadlineError(timeoutMs));
    this.#timer = setTimeout(onTime, Math.min(timeoutMs, timerMsMax));
  }

  /** It waits here no more. */
  leave(): void {
    clearTimeout(this.#timer);
    this.#call[3]?.removeEventListener("abort", this.#onAbort);
  }

  giveTo(take: CallAgain): void {
    const [method, params, timeoutMs, signal, more] = this.#call;
    const leftMs = Math.max(Math.ceil(this.#endMs - performance.now()), 1);
    const made = take(method, params, timeoutMs === 0 ? 0 : leftMs, signal, more);
    made.then(this.#resolve, this.reject);
  }
}

export class HeldCalls {
  readonly #calls = new Set<HeldCall>();

  get count(): number {
    return this.#calls.size;
  }

  add<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    more: CallMore,
  ): Promise<R> {
    if (signal?.aborted) return Promise.reject(abortError(signal));
    return new Promise<R>((resolve, reject) => {
      // It is only ever made with its own types.
      const call = [method, params, timeoutMs, signal, more] as Parameters<CallAgain>;
      const giveUp = (error: RpcError): void => {
        this.#remove(held);
        held.reject(error);
      };
      const held = new HeldCall(call, giveUp, resolve as (value: unknown) => void, reject);
      this.#calls.add(held);
    });
  }

  /** Makes the one that has waited longest. */
  giveOneTo(take: CallAgain): void {
    for (const held of this.#calls) {
      this.#remove(held);
      held.giveTo(take);
      return;
    }
  }

  rejectAll(error: RpcError): void {
    for (const held of this.#calls) {
      this.#remove(held);
      held.reject(error);
    }
  }

  #remove(held: HeldCall): void {
    this.#calls.delete(held);
    held.leave();
  }
}
