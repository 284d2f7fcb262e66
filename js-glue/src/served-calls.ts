// SPDX-License-Identifier: Apache-2.0
// Calls of the other end that this page serves, by the numbers the core gave them: each runs a
// method of the user's and answers once, unless the caller gave up. Knows no frames; CallPort, which
// is serving.ts, does.

import type { decodeError } from "./call-errors.ts";
import type {
  ItemStream,
  Items,
  MethodDescriptor,
  ServerCall,
  StructCodec,
} from "./codec/index.ts";
import type { RpcError } from "./errors.ts";
import type { StatusCode } from "./generated/protocol.ts";
import type { Inlet } from "./inlet.ts";
import type { Outlet } from "./outlet.ts";

/** What the page has already: see serving.ts. */
export interface ServingParts {
  readonly RpcError: typeof RpcError;
  readonly Inlet: typeof Inlet;
  readonly Outlet: typeof Outlet;
  readonly decodeError: typeof decodeError;
}

/** A method of a service, in the shape that all kinds share. */
export interface ServedMethod {
  readonly method: MethodDescriptor<unknown, unknown>;
  /** The implementation: of params or items, and the call. */
  readonly run: (params: unknown, call: unknown) => unknown | Items<unknown>;
}

/** How a call is answered. */
export interface CallPort {
  sendItem<T>(call: number, codec: StructCodec<unknown, T>, item: T): number;
  consumed(call: number, items: number, bytes: number): void;
  /** `value` undefined: nothing, which ends a stream well. */
  respond<T>(call: number, codec: StructCodec<unknown, T>, value: T | undefined): void;
  fail(call: number, error: RpcError): void;
}

class ServedCall implements ServerCall {
  readonly timeoutMs: number;
  readonly method: MethodDescriptor<unknown, unknown>;
  /** Where the caller sends items. */
  readonly inlet: Inlet<unknown> | undefined;
  outlet: Outlet<unknown> | undefined;
  over = false;
  /** Made for who asks for its signal: it costs more than all the rest of a small call. */
  #abort: AbortController | undefined;
  #failure: RpcError | undefined;

  constructor(
    method: MethodDescriptor<unknown, unknown>,
    timeoutMs: number,
    inlet: Inlet<unknown> | undefined,
  ) {
    this.method = method;
    this.timeoutMs = timeoutMs;
    this.inlet = inlet;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#failure !== undefined) this.#abort.abort(this.#failure);
    }
    return this.#abort.signal;
  }

  end(error: RpcError): void {
    this.over = true;
    this.#failure = error;
    this.#abort?.abort(error);
    this.inlet?.end(error);
    this.outlet?.over();
  }
}

/** The caller's items, as the user reads them. */
class ServedItems<T> implements ItemStream<T> {
  readonly #inlet: Inlet<T>;

  constructor(inlet: Inlet<T>) {
    this.#inlet = inlet;
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return this.#inlet;
  }

  async forEach(callback: (item: T) => void): Promise<void> {
    for await (const item of this.#inlet) callback(item);
  }

  close(): void {
    void this.#inlet.return();
  }
}

export class ServedCalls {
  readonly #calls = new Map<number, ServedCall>();
  readonly #port: CallPort;
  readonly #parts: ServingParts;

  constructor(port: CallPort, parts: ServingParts) {
    this.#port = port;
    this.#parts = parts;
  }

  get count(): number {
    return this.#calls.size;
  }

  /** `params`: as read, or undefined where items come instead. */
  start(number: number, served: ServedMethod, params: unknown, timeoutMs: number): void {
    const { kind = 0 } = served.method;
    const inlet = (kind & 1) === 0 ? undefined : new this.#parts.Inlet<unknown>();
    if (inlet !== undefined) {
      inlet.consume = (items, bytes) => this.#port.consumed(number, items, bytes);
    }
    const call = new ServedCall(served.method, timeoutMs, inlet);
    this.#calls.set(number, call);
    void this.#run(number, call, served, params);
  }

  inletOf(number: number): Inlet<unknown> | undefined {
    return this.#calls.get(number)?.inlet;
  }

  methodOf(number: number): MethodDescriptor<unknown, unknown> | undefined {
    return this.#calls.get(number)?.method;
  }

  /** The caller sent what is no item. */
  refuse(number: number, error: RpcError): void {
    this.#port.fail(number, error);
    this.#calls.get(number)?.end(error);
    this.#calls.delete(number);
  }

  writable(number: number): void {
    this.#calls.get(number)?.outlet?.writable();
  }

  /** The caller does not wait any more. */
  drop(number: number, code: StatusCode): void {
    this.#calls.get(number)?.end(new this.#parts.RpcError(code, "the caller gave up"));
    this.#calls.delete(number);
  }

  dropAll(error: RpcError): void {
    for (const call of this.#calls.values()) call.end(error);
    this.#calls.clear();
  }

  async #run(number: number, call: ServedCall, served: ServedMethod, params: unknown) {
    const port = this.#port;
    const { method, run } = served;
    let failure: RpcError | undefined;
    let value: unknown;
    try {
      await undefined; // the events of which this call is one are still being read
      if (call.over) return;
      const given = run(call.inlet === undefined ? params : new ServedItems(call.inlet), call);
      if (((method.kind ?? 0) & 2) === 0) {
        const isPromise = typeof (given as PromiseLike<unknown>)?.then === "function";
        value = (isPromise ? await given : given) ?? {};
      } else {
        call.outlet = new this.#parts.Outlet(given as Items<unknown>);
        await call.outlet.run((item) => port.sendItem(number, method.results as never, item));
      }
      if (!call.over) port.respond(number, method.results as never, value);
    } catch (thrown) {
      failure = this.#failureOf(thrown);
    }
    if (call.over) return;
    if (failure !== undefined) port.fail(number, failure);
    this.#calls.delete(number);
    call.over = true;
    call.inlet?.end();
    call.outlet?.over();
  }

  /** What the caller is told: its own errors tell a page's secrets to nobody. */
  #failureOf(thrown: unknown): RpcError {
    const { RpcError } = this.#parts;
    if (thrown instanceof RpcError) return thrown;
    reportError(thrown);
    return new RpcError("internal", "the page failed to serve this call");
  }
}
