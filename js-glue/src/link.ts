// SPDX-License-Identifier: Apache-2.0
// One connection in the core, and the promises of the calls on it. It begins without a socket:
// calls wait in the core's outgoing buffer. Once its socket was open and is lost, it is over; who
// wants to go on makes another (socket-carrier.ts). Knows no retry.
import type { MethodDescriptor } from "./codec/index.ts";
import type { Core, CoreListener } from "./core.ts";
import type { EarlySocket } from "./early-socket.ts";
import { abortError, deadlineError, RpcError, statusCodeFrom } from "./errors.ts";
import { eventWords, held, eventKindNumber as kinds } from "./generated/abi.ts";
import { PendingCalls } from "./pending-calls.ts";

export interface LinkListener {
  onOpened(link: Link): void;
  /** The other end spoke the protocol. */
  onIntroduced(link: Link): void;
  /** `byUs`: this end closed it because of what it received. Calls in flight are still pending. */
  onClosed(link: Link, code: number, reason: string, byUs: boolean): void;
  /** New calls belong elsewhere; those in flight go on. */
  onGoaway(link: Link, reason: string): void;
  /** The last call in flight has ended. */
  onIdle(link: Link): void;
  onBroken(link: Link, error: RpcError): void;
}

const retryFlushMs = 8;
const timerMsMax = 0x7fff_ffff;
const idempotentFlag = 1 << 16;

export class Link implements CoreListener {
  /** Its socket was open at some time. */
  wasOpen = false;
  readonly #core: Core;
  readonly #listener: LinkListener;
  readonly #handle: number;
  readonly #control: number;
  readonly #pending = new PendingCalls(this);
  #early: EarlySocket | undefined;
  #closedBy: RpcError | undefined;
  #turn = false;
  #callsInTurn = 0;
  #nowMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAtMs = Number.POSITIVE_INFINITY;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(core: Core, listener: LinkListener) {
    this.#core = core;
    this.#listener = listener;
    this.#handle = core.open(this);
    this.#control = core.module.control(this.#handle) >>> 2;
  }

  connect(early: EarlySocket): void {
    this.#early = early;
    early.handOver(this.#onSocketEvent);
  }

  get socket(): WebSocket | undefined {
    return this.#early?.socket;
  }

  readonly #onSocketEvent = (event: Event): void => {
    const { type } = event;
    try {
      if (type === "message") {
        this.#core.receive(this.#handle, (event as MessageEvent<ArrayBuffer | string>).data);
      } else if (type === "open") {
        this.wasOpen = true;
        this.#core.module.set_open(this.#handle, true);
        this.#flush();
        this.#listener.onOpened(this);
      } else {
        const { code, reason } = event as CloseEvent;
        this.#early = undefined;
        this.#core.module.set_open(this.#handle, false);
        this.#listener.onClosed(this, code, reason, false);
      }
    } catch (thrown) {
      this.#core.fail(thrown);
    }
  };

  /** Gives up a socket that does not open; calls go on waiting. */
  drop(closeCode?: number): void {
    this.#early?.close(closeCode);
    this.#early = undefined;
  }

  /** Ends the connection; every call in flight rejects with `error`. */
  close(closeCode: number, error: RpcError): void {
    if (this.#closedBy !== undefined) return;
    this.#closedBy = error;
    clearTimeout(this.#timer);
    clearTimeout(this.#retryTimer);
    // Not from within an event of this very connection, which may be on the stack.
    queueMicrotask(() => {
      this.drop(closeCode);
      this.#core.close(this.#handle);
    });
    this.#pending.rejectAll(error);
  }

  call<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<R> {
    const core = this.#core;
    // A getter of the params called again while they were being written: it comes after them.
    if (core.writing) {
      return Promise.resolve().then(() => this.call(method, params, timeoutMs, signal));
    }
    let slot: number;
    try {
      this.#refuseEnded(signal);
      const size = this.#write(method, params);
      this.#refuseEnded(signal); // a getter may have ended it
      if (!this.#turn) this.#beginTurn();
      slot = core.module.call(
        this.#handle,
        method.interfaceIdLow,
        method.interfaceIdHigh,
        method.idempotent ? method.ordinal | idempotentFlag : method.ordinal,
        size,
        timeoutMs,
        this.#nowMs,
      );
    } catch (thrown) {
      return Promise.reject(this.#callFailure(thrown));
    }
    if (slot < 0) return Promise.reject(this.#refusal(slot));
    this.#callsInTurn += 1;
    return this.#pending.add(slot, method, timeoutMs, signal);
  }

  #refuseEnded(signal: AbortSignal | undefined): void {
    if (this.#closedBy !== undefined) throw this.#closedBy;
    if (signal?.aborted) throw abortError(signal);
  }

  #write<P, R>(method: MethodDescriptor<P, R>, params: P): number {
    const core = this.#core;
    core.useRoom(this.#handle, this.#control);
    core.writing = true;
    try {
      core.writer.begin();
      method.params.write(core.writer, params);
      return core.writer.finish();
    } finally {
      core.writing = false;
    }
  }

  #callFailure(thrown: unknown): RpcError {
    if (thrown instanceof WebAssembly.RuntimeError) return this.#core.fail(thrown);
    return RpcError.from(thrown, "invalid_argument");
  }

  #refusal(result: number): RpcError {
    const code = statusCodeFrom(-result);
    const reason =
      code === "resource_exhausted"
        ? "too many calls or bytes are in flight, or the params exceed what the server takes"
        : "the connection takes no new calls";
    return new RpcError(code, reason);
  }

  #beginTurn(): void {
    this.#turn = true;
    this.#nowMs = performance.now();
    queueMicrotask(this.#endTurn);
  }

  /**
   * Sends the frames of the turn as one message. While calls keep coming from promises that settled
   * in the same turn it waits for them: each pass costs one empty microtask.
   */
  readonly #endTurn = (): void => {
    if (this.#callsInTurn !== 0) {
      this.#callsInTurn = 0;
      queueMicrotask(this.#endTurn);
      return;
    }
    this.#turn = false;
    this.#flush();
  };

  readonly #flush = (): void => {
    if (this.#closedBy !== undefined) return;
    try {
      if (this.#core.module.flush(this.#handle) === held) {
        clearTimeout(this.#retryTimer);
        this.#retryTimer = setTimeout(this.#flush, retryFlushMs);
      }
    } catch (thrown) {
      this.#core.fail(thrown);
      return;
    }
    this.#armTimer();
  };

  /** One timer for all deadlines; it is left alone when the earliest moves further away. */
  #armTimer(): void {
    this.#core.refresh();
    const atMs = this.#core.doubles[(this.#control >>> 1) + 1] as number; // lies in the memory
    if (atMs >= this.#timerAtMs) return;
    clearTimeout(this.#timer);
    this.#timerAtMs = atMs;
    const waitMs = Math.min(Math.max(Math.ceil(atMs - performance.now()), 0), timerMsMax);
    this.#timer = setTimeout(this.#onTimer, waitMs);
  }

  readonly #onTimer = (): void => {
    this.#timerAtMs = Number.POSITIVE_INFINITY;
    if (this.#closedBy !== undefined) return;
    try {
      this.#core.module.advance(this.#handle, performance.now());
    } catch (thrown) {
      this.#core.fail(thrown);
      return;
    }
    this.#flush(); // CANCEL of what ran out of time
  };

  /** A call's signal was aborted. */
  cancelled(slot: number): void {
    if (this.#closedBy !== undefined) return;
    this.#core.module.cancel(this.#handle, slot);
    if (!this.#turn) this.#beginTurn();
  }

  broken(error: RpcError): void {
    this.close(1000, error);
    this.#listener.onBroken(this, error);
  }

  receive(first: number, count: number): void {
    const end = first + count * eventWords;
    for (let event = first; event < end; event += eventWords) {
      if (this.#closedBy !== undefined) return; // by who heard of an event before
      const head = this.#core.words[event] as number; // events lie in the memory
      if ((head & 0xff) === kinds.response) {
        this.#resolve(event);
      } else {
        this.#handleRare(event, head & 0xff, head >>> 8);
      }
    }
    if (this.#pending.count === 0) this.#listener.onIdle(this);
  }

  #resolve(event: number): void {
    const { words, room, reader } = this.#core;
    const slot = words[event + 1] as number;
    const method = this.#pending.methodOf(slot);
    if (method === undefined) return;
    let value: unknown;
    try {
      reader.reset(room.bytes, room.view, words[event + 2] as number, words[event + 3] as number);
      value = method.results.read(reader);
    } catch (cause) {
      const name = `${method.service}.${method.name}`;
      const reason = `the results of ${name} are no valid message; is its schema the server's?`;
      this.#pending.reject(slot, new RpcError("internal", reason, { cause }));
      return;
    }
    this.#pending.resolve(slot, value);
  }

  #handleRare(event: number, kind: number, detail: number): void {
    switch (kind) {
      case kinds.closed:
        this.drop(detail);
        this.#listener.onClosed(this, detail, "", true);
        break;
      case kinds.error:
        this.#reject(event, detail);
        break;
      case kinds.introduced:
        this.#listener.onIntroduced(this);
        break;
      case kinds.goaway:
        this.#listener.onGoaway(this, this.#core.textOf(event));
        break;
      default: // errorMore, which #reject has read
    }
  }

  #reject(event: number, detail: number): void {
    const { words, room } = this.#core;
    const slot = words[event + 1] as number;
    const code = statusCodeFrom(detail);
    const reason = this.#core.textOf(event);
    if (code === "deadline_exceeded" && reason === "") {
      this.#pending.reject(slot, deadlineError(this.#pending.timeoutMsOf(slot)));
      return;
    }
    const more = event + eventWords;
    const address = words[more + 2] as number;
    const size = this.#core.sizeOf(more);
    const details =
      size < 8
        ? undefined
        : {
            typeId: room.view.getBigUint64(address, true),
            message: room.bytes.slice(address + 8, address + size),
          };
    const retryAfterMs = words[more + 1] as number;
    this.#pending.reject(slot, new RpcError(code, reason, { retryAfterMs, details }));
  }
}
