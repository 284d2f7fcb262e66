// SPDX-License-Identifier: Apache-2.0
// The calls in flight on one connection, in an array by the slot that the core allotted. Entries
// are reused, so a call costs its promise and no more. Each call settles exactly once.
import type { MethodDescriptor } from "./codec/index.ts";
import { abortError } from "./errors.ts";
import { promiseInto, type Reject, type Resolve, type Settler } from "./settle.ts";

/** Told when a call's signal is aborted, before its promise rejects. */
export interface AbortListener {
  cancelled(slot: number): void;
}

const settled = (): void => {};

class PendingCall implements Settler, EventListenerObject {
  resolve: Resolve = settled;
  reject: Reject = settled;
  method: MethodDescriptor<unknown, unknown> | undefined;
  signal: AbortSignal | undefined;
  timeoutMs = 0;
  readonly #slot: number;
  readonly #calls: PendingCalls;

  constructor(slot: number, calls: PendingCalls) {
    this.#slot = slot;
    this.#calls = calls;
  }

  /** Its signal was aborted. The entry itself is the listener: no closure a call. */
  handleEvent(): void {
    this.#calls.abort(this.#slot);
  }
}

export class PendingCalls {
  readonly #bySlot: PendingCall[] = [];
  readonly #listener: AbortListener;
  #count = 0;

  constructor(listener: AbortListener) {
    this.#listener = listener;
  }

  get count(): number {
    return this.#count;
  }

  add<P, R>(
    slot: number,
    method: MethodDescriptor<P, R>,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<R> {
    let call = this.#bySlot[slot];
    if (call === undefined) {
      call = new PendingCall(slot, this);
      this.#bySlot[slot] = call;
    }
    // What is in the table is only ever read with its own results type again.
    call.method = method as MethodDescriptor<unknown, unknown>;
    call.timeoutMs = timeoutMs;
    if (signal !== undefined) {
      call.signal = signal;
      signal.addEventListener("abort", call);
    }
    this.#count += 1;
    return promiseInto<R>(call);
  }

  /** The method of a call in flight; undefined for a slot without one. */
  methodOf(slot: number): MethodDescriptor<unknown, unknown> | undefined {
    return this.#bySlot[slot]?.method;
  }

  timeoutMsOf(slot: number): number {
    return this.#bySlot[slot]?.timeoutMs ?? 0;
  }

  resolve(slot: number, value: unknown): void {
    const call = this.#bySlot[slot];
    if (call?.method === undefined) return;
    const { resolve } = call;
    this.#free(call);
    resolve(value);
  }

  reject(slot: number, error: Error): void {
    const call = this.#bySlot[slot];
    if (call?.method === undefined) return;
    const { reject } = call;
    this.#free(call);
    reject(error);
  }

  rejectAll(error: Error): void {
    for (let slot = 0; slot < this.#bySlot.length; slot += 1) this.reject(slot, error);
  }

  abort(slot: number): void {
    const signal = this.#bySlot[slot]?.signal;
    if (signal === undefined) return;
    this.#listener.cancelled(slot);
    this.reject(slot, abortError(signal));
  }

  #free(call: PendingCall): void {
    call.resolve = settled;
    call.reject = settled;
    call.method = undefined;
    if (call.signal !== undefined) {
      call.signal.removeEventListener("abort", call);
      call.signal = undefined;
    }
    this.#count -= 1;
  }
}
