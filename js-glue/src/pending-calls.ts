// SPDX-License-Identifier: Apache-2.0
// The calls in flight on one connection, in an array by the slot that the core allotted. Entries
// are reused, so a call costs its promise and no more. Several callers may wait for one call, when
// it is idempotent and they asked for the same. Each of them is settled exactly once.
import type { MethodDescriptor } from "./codec/index.ts";
import { abortError } from "./errors.ts";
import type { Inlet } from "./inlet.ts";
import type { Outlet } from "./outlet.ts";
import { promiseInto, type Reject, type Resolve, type Settler } from "./settle.ts";

/** Told when nobody waits for a call any more. */
export interface AbortListener {
  cancelled(slot: number): void;
}

const settled = (): void => {};

/** Somebody who waits for a call. */
export class Waiter implements Settler, EventListenerObject {
  resolve: Resolve = settled;
  reject: Reject = settled;
  signal: AbortSignal | undefined;
  /** Until when, in the clock of performance.now(); Infinity: for ever. */
  endMs = 0;
  readonly #onAbort: (waiter: Waiter) => void;

  constructor(onAbort: (waiter: Waiter) => void) {
    this.#onAbort = onAbort;
  }

  /** Its promise; once. */
  wait<R>(endMs: number, signal: AbortSignal | undefined): Promise<R> {
    this.endMs = endMs;
    if (signal !== undefined) {
      this.signal = signal;
      signal.addEventListener("abort", this);
    }
    return promiseInto<R>(this);
  }

  /** Waits no more here, unsettled. */
  leave(): void {
    if (this.signal !== undefined) {
      this.signal.removeEventListener("abort", this);
      this.signal = undefined;
    }
  }

  /** Its signal was aborted. The waiter itself is the listener: no closure a call. */
  handleEvent(): void {
    this.#onAbort(this);
  }
}

/** What of a call is kept apart from its promise. */
export interface CallDetails {
  readonly key?: number;
  /** Of a call that others may join: its params, as sent. */
  readonly share?: Share | undefined;
  readonly inlet?: Inlet<unknown> | undefined;
  readonly outlet?: Outlet<unknown> | undefined;
}

/** What tells equal calls: their params, and a hash by which they are found. */
export class Share {
  readonly words: Uint32Array;
  readonly hash: number;

  constructor(words: Uint32Array) {
    let hash = 0;
    for (let at = 0; at < words.length; at += 1) {
      hash = (Math.imul(hash, 31) + (words[at] as number)) | 0;
    }
    this.words = words;
    this.hash = hash;
  }

  equals({ words }: Share): boolean {
    return words.length === this.words.length && words.every((word, at) => word === this.words[at]);
  }
}

const none: CallDetails = {};

const nobody: readonly Waiter[] = [];

/** One slot's call, who waits for it first, and others. */
export class PendingCall extends Waiter {
  /** undefined: none is in flight. */
  method: MethodDescriptor<unknown, unknown> | undefined;
  timeoutMs = 0;
  /** As given, to be sent again; undefined: it cannot be. */
  params: unknown;
  details = none;
  others = nobody;
  readonly slot: number;

  constructor(slot: number, onAbort: (waiter: Waiter) => void) {
    super(onAbort);
    this.slot = slot;
  }
}

export class PendingCalls {
  readonly #bySlot: PendingCall[] = [];
  readonly #shared = new Map<number, PendingCall>();
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
    params: P | undefined,
    timeoutMs: number,
    endMs: number,
    signal: AbortSignal | undefined,
    details = none,
  ): Promise<R> {
    let call = this.#bySlot[slot];
    if (call === undefined) {
      const made = new PendingCall(slot, (waiter) => this.#abort(made, waiter));
      call = made;
      this.#bySlot[slot] = call;
    }
    // What is in the table is only ever read with its own results type again.
    call.method = method as MethodDescriptor<unknown, unknown>;
    call.timeoutMs = timeoutMs;
    call.params = params;
    call.details = details;
    if (details.share !== undefined) this.#shared.set(details.share.hash, call);
    this.#count += 1;
    return call.wait(endMs, signal);
  }

  /** Waits for an equal call in flight; not for one that has more time than this one. */
  join<P, R>(
    method: MethodDescriptor<P, R>,
    share: Share,
    endMs: number,
    signal: AbortSignal | undefined,
  ): Promise<R> | undefined {
    const call = this.#shared.get(share.hash);
    if (call === undefined || call.endMs > endMs) return undefined;
    if (call.method !== (method as MethodDescriptor<unknown, unknown>)) return undefined;
    if (call.details.share?.equals(share) !== true) return undefined;
    const waiter = new Waiter((left) => this.#abort(call, left));
    call.others = [...call.others, waiter];
    return waiter.wait(endMs, signal);
  }

  /** The call in flight. */
  find(slot: number): PendingCall | undefined {
    const call = this.#bySlot[slot];
    return call?.method === undefined ? undefined : call;
  }

  /** Gives the others who wait: each is to be resolved with a value of its own. */
  resolve(call: PendingCall, value: unknown): readonly Waiter[] {
    const { resolve, others } = call;
    this.#free(call);
    resolve(value);
    return others;
  }

  reject(call: PendingCall, error: unknown): void {
    for (const { reject } of this.take(call)) reject(error);
  }

  rejectAll(error: Error): void {
    for (const call of this.#bySlot) if (call.method !== undefined) this.reject(call, error);
  }

  /** Ends a call; who waits for it, to be settled otherwise. */
  take(call: PendingCall): Pick<Waiter, "resolve" | "reject" | "signal" | "endMs">[] {
    const waiters = [call, ...call.others]
      .filter(({ resolve }) => resolve !== settled)
      .map(({ resolve, reject, signal, endMs }) => ({ resolve, reject, signal, endMs }));
    this.#free(call);
    return waiters;
  }

  #abort(call: PendingCall, waiter: Waiter): void {
    const { signal, reject } = waiter;
    if (signal === undefined) return;
    waiter.leave();
    waiter.resolve = waiter.reject = settled;
    call.others = call.others.filter((other) => other !== waiter);
    if (call.resolve === settled && call.others.length === 0) {
      this.#listener.cancelled(call.slot);
      this.#free(call);
    }
    reject(abortError(signal));
  }

  #free(call: PendingCall): void {
    const { share, inlet, outlet } = call.details;
    if (share !== undefined && this.#shared.get(share.hash) === call) {
      this.#shared.delete(share.hash);
    }
    for (const waiter of call.others) waiter.leave();
    call.leave();
    call.resolve = call.reject = settled;
    call.method = call.params = undefined;
    call.details = none;
    call.others = nobody;
    this.#count -= 1;
    inlet?.detach();
    outlet?.over();
  }
}
