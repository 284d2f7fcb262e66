// SPDX-License-Identifier: Apache-2.0
// The calls that this end makes on one connection: written into the core as they are made, and
// settled by the events that link.ts reads. Knows no socket.

import { decodeError, refusal } from "./call-errors.ts";
import type { CallMore } from "./call-settings.ts";
import type { MethodDescriptor, StructCodec } from "./codec/index.ts";
import type { CoreConnection } from "./core-connection.ts";
import { abortError, deadlineError, RpcError } from "./errors.ts";
import { keyedParamsOffset, paramsOffset } from "./generated/abi.ts";
import type { Inlet } from "./inlet.ts";
import { Outlet } from "./outlet.ts";
import { type PendingCall, PendingCalls, Share } from "./pending-calls.ts";
import { never } from "./wake-timer.ts";

/** Makes a call again that has not run, or may run twice, by whatever carrier there is then. */
export type CallAgain = (
  method: MethodDescriptor<unknown, unknown>,
  params: unknown,
  timeoutMs: number,
  signal: AbortSignal | undefined,
  more: CallMore,
) => Promise<unknown>;

const idempotentFlag = 1 << 16;
const kindShift = 17;
/** Bytes of params up to which equal calls are looked for. */
const sharedSizeMax = 1024;
const nothing: CallMore = {};

export class OwnCalls {
  readonly #connection: CoreConnection;
  readonly #callAgain: CallAgain;
  readonly #pending = new PendingCalls(this);
  /** Those with a callback that read something of the events being read. */
  #readers: Inlet<unknown>[] = [];

  constructor(connection: CoreConnection, callAgain: CallAgain) {
    this.#connection = connection;
    this.#callAgain = callAgain;
  }

  get count(): number {
    return this.#pending.count;
  }

  call<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    more = nothing,
  ): Promise<R> {
    const connection = this.#connection;
    const { core, turn } = connection;
    // A getter of the params called again while they were being written, or a reader of items while
    // there are more events: it comes after them.
    if (core.writing || core.reading) {
      return Promise.resolve().then(() => this.call(method, params, timeoutMs, signal, more));
    }
    const kind = method.kind ?? 0;
    const isKeyed = method.idempotent && kind === 0;
    const key = isKeyed ? (more.key ?? core.nextKey++) : 0;
    let outlet: Outlet<unknown> | undefined;
    let share: Share | undefined;
    let slot: number;
    let endMs = never;
    try {
      this.#refuseEnded(signal);
      const offset = isKeyed ? keyedParamsOffset : paramsOffset;
      const size = more.items === undefined ? connection.write(offset, method.params, params) : 0;
      this.#refuseEnded(signal); // a getter may have ended it
      turn.begin();
      if (timeoutMs !== 0) endMs = turn.nowMs + timeoutMs;
      if (isKeyed && size <= sharedSizeMax) {
        share = new Share(core.written(size));
        const joined = this.#pending.join(method, share, endMs, signal);
        if (joined !== undefined) return joined;
      }
      if (more.items !== undefined) outlet = new Outlet(more.items);
      slot = core.module.call(
        connection.handle,
        method.interfaceIdLow,
        method.interfaceIdHigh,
        method.ordinal | (method.idempotent ? idempotentFlag : 0) | (kind << kindShift),
        key,
        size,
        timeoutMs,
        turn.nowMs,
      );
    } catch (thrown) {
      return Promise.reject(RpcError.from(core.failure(thrown), "invalid_argument"));
    }
    if (slot < 0) return Promise.reject(refusal(slot));
    turn.frames += 1;
    const { inlet } = more;
    if (!isKeyed && kind === 0) {
      return this.#pending.add(slot, method, params, timeoutMs, endMs, signal);
    }
    const kept = kind === 0 ? params : undefined;
    const details = { key, share, inlet, outlet };
    const promise = this.#pending.add<P, R>(slot, method, kept, timeoutMs, endMs, signal, details);
    if (inlet !== undefined) {
      inlet.consume = (items, bytes) => connection.consumed(slot, items, bytes);
    }
    if (outlet !== undefined) void this.#send(slot, outlet, method.params as never);
    return promise;
  }

  #refuseEnded(signal: AbortSignal | undefined): void {
    const { closedBy } = this.#connection;
    if (closedBy !== undefined) throw closedBy;
    if (signal?.aborted) throw abortError(signal);
  }

  /** Sends a call's items; what their source throws ends it. */
  async #send(slot: number, outlet: Outlet<unknown>, codec: StructCodec<unknown, unknown>) {
    const connection = this.#connection;
    const { core, turn } = connection;
    const call = this.#pending.find(slot);
    try {
      const isWhole = await outlet.run((item) => connection.sendItem(slot, codec, item));
      if (isWhole && call?.details.outlet === outlet) {
        core.guard(() => core.module.end(connection.handle, slot));
        turn.begin();
      }
    } catch (thrown) {
      if (call?.details.outlet !== outlet) return; // it is over already
      this.cancelled(slot);
      this.#pending.reject(call, thrown);
    }
  }

  /** Nobody waits for a call any more. */
  cancelled(slot: number): void {
    const { core, handle, turn, closedBy } = this.#connection;
    if (closedBy !== undefined) return;
    if (core.writing) {
      queueMicrotask(() => this.cancelled(slot)); // the room is in use
      return;
    }
    core.guard(() => core.module.cancel(handle, slot));
    turn.begin();
  }

  rejectAll(error: RpcError): void {
    this.#pending.rejectAll(error);
  }

  // --- events ------------------------------------------------------------------------------

  resolve(event: number, slot: number): void {
    const call = this.#pending.find(slot);
    if (call?.method === undefined) return;
    const { method } = call;
    const { core } = this.#connection;
    // A stream's items were its results.
    const hasValue = ((method.kind ?? 0) & 2) === 0;
    let value: unknown;
    try {
      if (hasValue) value = core.read(event, method.results);
    } catch (cause) {
      this.#pending.reject(call, decodeError("results", method, cause));
      return;
    }
    for (const { resolve } of this.#pending.resolve(call, value)) {
      resolve(core.read(event, method.results));
    }
  }

  takeItem(event: number, slot: number): void {
    const call = this.#pending.find(slot);
    const inlet = call?.details.inlet;
    if (inlet === undefined || call?.method === undefined) return;
    const { core } = this.#connection;
    let item: unknown;
    try {
      item = core.read(event, call.method.results);
    } catch (cause) {
      this.cancelled(slot);
      this.#pending.reject(call, decodeError("items", call.method, cause));
      return;
    }
    if (inlet.callback !== undefined && inlet.items === 0) this.#readers.push(inlet);
    inlet.take(item, core.words[event + 3] as number);
  }

  /** There are no more events for now. */
  eventsRead(): void {
    for (const inlet of this.#readers.splice(0)) inlet.giveBack();
  }

  writable(slot: number): void {
    this.#pending.find(slot)?.details.outlet?.writable();
  }

  reject(event: number, slot: number): void {
    const call = this.#pending.find(slot);
    if (call === undefined) return;
    const error = this.#connection.core.errorOf(event);
    const isOurs = error.code === "deadline_exceeded" && error.reason === "";
    if (isOurs) this.#again(call, deadlineError(call.timeoutMs), true);
    else this.#pending.reject(call, error);
  }

  lose(slot: number, error: RpcError, mayHaveRun: boolean): void {
    const call = this.#pending.find(slot);
    if (call !== undefined) this.#again(call, error, mayHaveRun);
  }

  /** Those who may still wait, and may ask again, do; the others are told. */
  #again(call: PendingCall, error: RpcError, mayHaveRun: boolean): void {
    const { method, params } = call;
    const { key = 0 } = call.details;
    const keyText = key === 0 ? undefined : this.#connection.core.keyText(key);
    const isUnary = ((method?.kind ?? 0) & 3) === 0;
    const mayBeMade = isUnary && (key !== 0 || !mayHaveRun);
    const nowMs = performance.now();
    for (const { resolve, reject, signal, endMs } of this.#pending.take(call)) {
      if (!mayBeMade || method === undefined || endMs <= nowMs + 1) {
        reject(error);
        continue;
      }
      const timeoutMs = endMs === never ? 0 : Math.ceil(endMs - nowMs);
      // After the events, which may say that another carrier is the better one.
      Promise.resolve()
        .then(() => this.#callAgain(method, params, timeoutMs, signal, { key, keyText }))
        .then(resolve, reject);
    }
  }
}
