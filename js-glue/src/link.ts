// SPDX-License-Identifier: Apache-2.0
// One connection in the core, and the calls of both ends on it. It outlives its sockets: while there
// is none, calls wait in the core, and the next socket goes on where the last one ended. Who opens
// sockets, and when, is socket-carrier.ts. Knows no retry.
import type { CallMore } from "./call-settings.ts";
import { describeClose } from "./close-reason.ts";
import type { MethodDescriptor, StructCodec } from "./codec/index.ts";
import type { Core, CoreListener } from "./core.ts";
import type { EarlySocket } from "./early-socket.ts";
import { abortError, deadlineError, RpcError } from "./errors.ts";
import {
  eventWords,
  keyedParamsOffset,
  eventKindNumber as kinds,
  paramsOffset,
  resultsOffset,
  servedFlag,
} from "./generated/abi.ts";
import { closeReasonNumber, statusCodeNumber } from "./generated/protocol.ts";
import type { Inlet } from "./inlet.ts";
import { decodeError, lostError, refusal } from "./link-errors.ts";
import { Outlet } from "./outlet.ts";
import { type PendingCall, PendingCalls, Share } from "./pending-calls.ts";
import { type CallPort, ServedCalls } from "./served-calls.ts";
import type { Services } from "./services.ts";
import { Turn } from "./turn.ts";
import { never } from "./wake-timer.ts";

export interface LinkListener {
  /** What the other end may ask for. */
  readonly services: Services;
  onOpened(link: Link): void;
  /** The other end spoke the protocol; `resumed`: an earlier socket's session goes on. */
  onIntroduced(link: Link, resumed: boolean): void;
  /** `byUs`: this end closed it because of what it received. Calls in flight wait for the next. */
  onClosed(link: Link, code: number, reason: string, byUs: boolean): void;
  /** New calls belong elsewhere; those in flight go on. */
  onGoaway(link: Link, reason: string): void;
  /** The last call in flight has ended. */
  onIdle(link: Link): void;
  onBroken(link: Link, error: RpcError): void;
  /** An idempotent call is to be made again, by whatever carrier there is then. */
  again(
    method: MethodDescriptor<unknown, unknown>,
    params: unknown,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    more: CallMore,
  ): Promise<unknown>;
}

const idempotentFlag = 1 << 16;
const kindShift = 17;
/** Bytes of params up to which equal calls are looked for. */
const sharedSizeMax = 1024;
const silentCode = 4000 + closeReasonNumber.idle;
const nothing: CallMore = {};

export class Link implements CoreListener, CallPort {
  readonly #core: Core;
  readonly #listener: LinkListener;
  readonly #handle: number;
  readonly #control: number;
  readonly #pending = new PendingCalls(this);
  readonly #served = new ServedCalls(this);
  /** Those with a callback that read something of the events being read. */
  #readers: Inlet<unknown>[] = [];
  #early: EarlySocket | undefined;
  #closedBy: RpcError | undefined;
  /** How the last socket ended, in words. */
  #lastLoss = "there is no connection";
  readonly #turn: Turn;

  constructor(core: Core, listener: LinkListener) {
    this.#core = core;
    this.#listener = listener;
    this.#handle = core.open(this);
    this.#control = core.module.control(this.#handle) >>> 2;
    this.#turn = new Turn(core, this.#handle, this.#control);
  }

  // --- sockets -----------------------------------------------------------------------------

  connect(early: EarlySocket): void {
    this.#early = early;
    early.handOver(this.#onSocketEvent);
  }

  get socket(): WebSocket | undefined {
    return this.#early?.socket;
  }

  readonly #onSocketEvent = (event: Event): void => {
    const { type } = event;
    this.#core.guard(() => {
      if (type === "message") {
        this.#core.receive(this.#handle, (event as MessageEvent<ArrayBuffer | string>).data);
        this.#turn.watchTime(); // of calls that arrived
      } else if (type === "open") {
        this.#core.module.attach(this.#handle, performance.now());
        this.#turn.flush();
        this.#listener.onOpened(this);
      } else {
        const { code, reason } = event as CloseEvent;
        this.#early = undefined;
        this.#detach(describeClose(code, reason, false));
        this.#listener.onClosed(this, code, reason, false);
      }
    });
  };

  /** Gives its socket up, if there is one; calls wait for the next. */
  drop(words: string, closeCode?: number): void {
    this.#early?.close(closeCode);
    this.#early = undefined;
    if (this.#closedBy === undefined) this.#detach(words);
  }

  #detach(words: string): void {
    this.#lastLoss = words;
    this.#core.module.detach(this.#handle, performance.now());
    this.#turn.watchTime();
  }

  /** No other socket will come: calls in flight end as lost, idempotent ones are made again. */
  abandon(): void {
    if (this.#closedBy === undefined) this.#core.module.abandon(this.#handle);
  }

  /** Ends the connection; every call in flight rejects with `error`. */
  close(closeCode: number, error: RpcError): void {
    if (this.#closedBy !== undefined) return;
    this.#closedBy = error;
    this.#turn.stop();
    // Not from within an event of this very connection, which may be on the stack.
    queueMicrotask(() => {
      this.#early?.close(closeCode);
      this.#early = undefined;
      this.#core.close(this.#handle);
    });
    this.#pending.rejectAll(error);
    this.#served.dropAll(error);
  }

  broken(error: RpcError): void {
    this.close(1000, error);
    this.#listener.onBroken(this, error);
  }

  // --- own calls ---------------------------------------------------------------------------

  call<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    more = nothing,
  ): Promise<R> {
    const core = this.#core;
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
      const size = more.items === undefined ? this.#write(isKeyed, method.params, params) : 0;
      this.#refuseEnded(signal); // a getter may have ended it
      this.#turn.begin();
      if (timeoutMs !== 0) endMs = this.#turn.nowMs + timeoutMs;
      if (isKeyed && size <= sharedSizeMax) {
        share = new Share(core.written(size));
        const joined = this.#pending.join(method, share, endMs, signal);
        if (joined !== undefined) return joined;
      }
      if (more.items !== undefined) outlet = new Outlet(more.items);
      slot = core.module.call(
        this.#handle,
        method.interfaceIdLow,
        method.interfaceIdHigh,
        method.ordinal | (method.idempotent ? idempotentFlag : 0) | (kind << kindShift),
        key,
        size,
        timeoutMs,
        this.#turn.nowMs,
      );
    } catch (thrown) {
      return Promise.reject(RpcError.from(core.failure(thrown), "invalid_argument"));
    }
    if (slot < 0) return Promise.reject(refusal(slot));
    this.#turn.frames += 1;
    const { inlet } = more;
    if (!isKeyed && kind === 0) {
      return this.#pending.add(slot, method, timeoutMs, endMs, signal);
    }
    const details = { params: isKeyed ? params : undefined, key, share, inlet, outlet };
    const promise = this.#pending.add<P, R>(slot, method, timeoutMs, endMs, signal, details);
    if (inlet !== undefined) {
      inlet.consume = (items, bytes) => this.consumed(slot, items, bytes);
    }
    if (outlet !== undefined) void this.#send(slot, outlet, method.params as never);
    return promise;
  }

  /** Sends a call's items; what their source throws ends it. */
  async #send(slot: number, outlet: Outlet<unknown>, codec: StructCodec<unknown, unknown>) {
    const call = this.#pending.find(slot);
    try {
      const isWhole = await outlet.run((item) => this.sendItem(slot, codec, item));
      if (isWhole && call?.details.outlet === outlet) {
        this.#core.guard(() => this.#core.module.end(this.#handle, slot));
        this.#turn.begin();
      }
    } catch (thrown) {
      if (call?.details.outlet !== outlet) return; // it is over already
      this.cancelled(slot);
      this.#pending.reject(call, thrown);
    }
  }

  #refuseEnded(signal: AbortSignal | undefined): void {
    if (this.#closedBy !== undefined) throw this.#closedBy;
    if (signal?.aborted) throw abortError(signal);
  }

  #write<T>(isKeyed: boolean, codec: StructCodec<unknown, T>, value: T): number {
    const offset = isKeyed ? keyedParamsOffset : paramsOffset;
    return this.#core.write(this.#handle, this.#control, offset, codec, value);
  }

  /** Nobody waits for a call any more. */
  cancelled(slot: number): void {
    if (this.#closedBy !== undefined) return;
    if (this.#core.writing) {
      queueMicrotask(() => this.cancelled(slot)); // the room is in use
      return;
    }
    this.#core.guard(() => this.#core.module.cancel(this.#handle, slot));
    this.#turn.begin();
  }

  // --- calls of either end -----------------------------------------------------------------

  sendItem<T>(call: number, codec: StructCodec<unknown, T>, item: T): number {
    const core = this.#core;
    this.#turn.frames += 1;
    this.#turn.begin();
    try {
      const size = core.write(this.#handle, this.#control, 0, codec, item);
      return core.module.item(this.#handle, call, size);
    } catch (thrown) {
      throw core.failure(thrown);
    }
  }

  consumed(call: number, items: number, bytes: number): void {
    if (this.#closedBy !== undefined) return;
    this.#core.guard(() => this.#core.module.consumed(this.#handle, call, items, bytes));
    this.#turn.begin();
  }

  respond<T>(call: number, codec: StructCodec<unknown, T>, value: T | undefined): void {
    const core = this.#core;
    let size = 0;
    try {
      if (value !== undefined) {
        size = core.write(this.#handle, this.#control, resultsOffset, codec, value);
      }
      core.module.respond(this.#handle, call, size);
    } catch (thrown) {
      throw core.failure(thrown);
    }
    this.#turn.begin();
  }

  fail(call: number, error: RpcError): void {
    const core = this.#core;
    core.guard(() => {
      const [address, size, detailsSize] = core.putError(error);
      const code = statusCodeNumber[error.code];
      const { retryAfterMs } = error;
      core.module.fail(this.#handle, call, code, retryAfterMs, address, size, detailsSize);
    });
    this.#turn.begin();
  }

  /** Does what is due: a timer may have been late, as in a page that was hidden or asleep. */
  wake(): void {
    if (this.#closedBy === undefined) this.#turn.wake();
  }

  // --- events ------------------------------------------------------------------------------

  receive(first: number, count: number): void {
    const core = this.#core;
    const end = first + count * eventWords;
    for (let event = first; event < end; event += eventWords) {
      if (this.#closedBy !== undefined) return; // by who heard of an event before
      core.refresh();
      const head = core.words[event] as number; // events lie in the memory
      const number = core.words[event + 1] as number;
      const kind = head & 0xff;
      if (kind === kinds.response) this.#resolve(event, number);
      else if (kind === kinds.item) this.#takeItem(event, number);
      else this.#handleRare(event, kind, head >>> 8, number);
    }
    for (const inlet of this.#readers.splice(0)) inlet.giveBack();
    if (this.#pending.count + this.#served.count === 0) this.#listener.onIdle(this);
  }

  #resolve(event: number, slot: number): void {
    const call = this.#pending.find(slot);
    if (call?.method === undefined) return;
    const { method } = call;
    const core = this.#core;
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

  #takeItem(event: number, number: number): void {
    const core = this.#core;
    const served = this.#served;
    const call = number < servedFlag ? this.#pending.find(number) : undefined;
    const inlet = call === undefined ? served.inletOf(number) : call.details.inlet;
    const method = call === undefined ? served.methodOf(number) : call.method;
    if (inlet === undefined || method === undefined) return;
    let item: unknown;
    try {
      item = core.read(event, call === undefined ? (method.params as never) : method.results);
    } catch (cause) {
      const error = decodeError("items", method, cause);
      if (call === undefined) {
        served.refuse(number, error);
      } else {
        this.cancelled(number);
        this.#pending.reject(call, error);
      }
      return;
    }
    if (inlet.callback !== undefined && inlet.items === 0) this.#readers.push(inlet);
    inlet.take(item, core.words[event + 3] as number);
  }

  #handleRare(event: number, kind: number, detail: number, number: number): void {
    const core = this.#core;
    const listener = this.#listener;
    switch (kind) {
      case kinds.closed:
        this.#lastLoss = describeClose(detail, "", true);
        this.#early?.close(detail);
        this.#early = undefined;
        listener.onClosed(this, detail, "", true);
        break;
      case kinds.silent:
        this.drop(describeClose(silentCode, "", false), silentCode);
        listener.onClosed(this, silentCode, "", false);
        break;
      case kinds.error:
        this.#reject(event, number);
        break;
      case kinds.introduced:
        listener.onIntroduced(this, detail === 1);
        break;
      case kinds.goaway:
        listener.onGoaway(this, core.textOf(event));
        break;
      case kinds.lost:
        this.#lose(number, detail === 1);
        break;
      case kinds.writable:
        if (number >= servedFlag) this.#served.writable(number);
        else this.#pending.find(number)?.details.outlet?.writable();
        break;
      case kinds.end:
        // An own call's streams end with it.
        this.#served.inletOf(number)?.end(detail === 0 ? undefined : core.errorOf(event));
        break;
      case kinds.request:
        this.#serve(event, detail, number);
        break;
      case kinds.dropped:
        this.#served.drop(number, detail);
        break;
      case kinds.notify:
        listener.services.publish(core.textOf(event), (codec) =>
          core.read(event + eventWords, codec),
        );
        break;
      default: // the second of two, which the first has read
    }
  }

  #reject(event: number, slot: number): void {
    const call = this.#pending.find(slot);
    if (call === undefined) return;
    const error = this.#core.errorOf(event);
    const isOurs = error.code === "deadline_exceeded" && error.reason === "";
    if (isOurs) this.#again(call, deadlineError(call.timeoutMs));
    else this.#pending.reject(call, error);
  }

  #lose(slot: number, mayHaveRun: boolean): void {
    const call = this.#pending.find(slot);
    if (call !== undefined) this.#again(call, lostError(this.#lastLoss, mayHaveRun));
  }

  /** Those who may still wait, and may ask again, do; the others are told. */
  #again(call: PendingCall, error: RpcError): void {
    const { method } = call;
    const { key = 0, params } = call.details;
    const nowMs = performance.now();
    for (const { resolve, reject, signal, endMs } of this.#pending.take(call)) {
      if (key === 0 || method === undefined || endMs <= nowMs + 1) {
        reject(error);
        continue;
      }
      const timeoutMs = endMs === never ? 0 : Math.ceil(endMs - nowMs);
      // After the events, which may say that another carrier is the better one.
      Promise.resolve()
        .then(() => this.#listener.again(method, params, timeoutMs, signal, { key }))
        .then(resolve, reject);
    }
  }

  #serve(event: number, detail: number, number: number): void {
    const core = this.#core;
    const more = event + eventWords;
    const [timeoutMs = 0, low = 0, high = 0] = core.words.subarray(more + 1, more + eventWords);
    const kind = detail >>> 16;
    const served = this.#listener.services.find(low, high, detail & 0xffff);
    if (served === undefined || (served.method.kind ?? 0) !== kind) {
      this.fail(number, new RpcError("unimplemented", "this page serves no such method"));
      return;
    }
    try {
      const params = (kind & 1) === 0 ? core.read(event, served.method.params as never) : undefined;
      this.#served.start(number, served, params, timeoutMs);
    } catch (cause) {
      this.fail(number, decodeError("params", served.method, cause));
    }
  }
}
