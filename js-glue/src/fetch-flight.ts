// SPDX-License-Identifier: Apache-2.0
// One HTTP request and the calls that wait for its answer. A call may leave at any time; when the
// last has left, the request is aborted. Knows nothing of when requests are made.

import { decodeError } from "./call-errors.ts";
import type { CallMore } from "./call-settings.ts";
import type { MethodDescriptor } from "./codec/index.ts";
import { abortError, deadlineError, type RpcError } from "./errors.ts";
import { answerFrom, errorFrom, httpError, isObject, requestText } from "./json-rpc.ts";
import { promiseInto, type Reject, type Resolve, type Settler } from "./settle.ts";
import { never } from "./wake-timer.ts";

const settled = (): void => {};

/** A call on its way by fetch. */
export class FetchCall implements Settler, EventListenerObject {
  resolve: Resolve = settled;
  reject: Reject = settled;
  readonly method: MethodDescriptor<unknown, unknown>;
  /** Its params as JSON; a copy, so that changing the params later changes nothing. */
  readonly json: unknown;
  readonly timeoutMs: number;
  /** In the clock of performance.now(); Infinity: none. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
  readonly more: CallMore;
  /** What carries it, once it has left. */
  flight: Flight | undefined;
  #done = false;

  constructor(
    method: MethodDescriptor<unknown, unknown>,
    json: unknown,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    more: CallMore,
  ) {
    this.method = method;
    this.json = json;
    this.timeoutMs = timeoutMs;
    this.deadlineMs = timeoutMs === 0 ? never : performance.now() + timeoutMs;
    this.signal = signal;
    this.more = more;
  }

  /** Its promise; once. */
  promise<R>(): Promise<R> {
    this.signal?.addEventListener("abort", this);
    return promiseInto<R>(this);
  }

  /** Its request; `id` is its place among the flight's calls. */
  text(id: number): string {
    const { service, name } = this.method;
    const { notification, keyText } = this.more;
    return requestText(`${service}.${name}`, this.json, notification ? undefined : id, keyText);
  }

  get done(): boolean {
    return this.#done;
  }

  /** Its signal was aborted. */
  handleEvent(): void {
    if (this.signal !== undefined) this.fail(abortError(this.signal));
  }

  expire(): void {
    this.fail(deadlineError(this.timeoutMs));
  }

  /** Ends it here, whatever the server does. */
  fail(error: RpcError): void {
    if (!this.leave()) return;
    this.reject(error);
    this.flight?.memberLeft();
  }

  /** The server's result for it, as JSON. */
  succeed(result: unknown): void {
    if (!this.leave()) return;
    this.flight?.memberLeft();
    try {
      const isAwaited = this.more.notification !== true && this.more.inlet === undefined;
      this.resolve(isAwaited ? this.method.results.fromJson(result) : undefined);
    } catch (cause) {
      this.reject(decodeError("results", this.method, cause));
    }
  }

  /** Nobody settles it through this object any more. False when it was settled already. */
  leave(): boolean {
    if (this.#done) return false;
    this.#done = true;
    this.signal?.removeEventListener("abort", this);
    return true;
  }
}

export class Flight {
  readonly calls: FetchCall[];
  readonly #abort = new AbortController();
  #waiting: number;
  #answered = false;

  constructor(calls: FetchCall[]) {
    this.calls = calls;
    this.#waiting = calls.length;
    for (const call of calls) call.flight = this;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** One more call takes part in the same answer. */
  join(call: FetchCall): void {
    call.flight = this;
    this.calls.push(call);
    this.#waiting += 1;
  }

  memberLeft(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0 && !this.#answered) this.#abort.abort();
  }

  fail(error: RpcError): void {
    for (const call of this.calls) call.fail(error);
  }

  /** The answer to a POST: one object, or an array in any order. Ids are places in `calls`. */
  settleByJsonRpc(response: Response, body: unknown): void {
    this.#answered = true;
    for (const item of Array.isArray(body) ? body : [body]) {
      const answer = answerFrom(item);
      if (answer === undefined) continue;
      if (answer.id === null) {
        // Not about one request but about the whole body.
        this.fail(answer.error ?? httpError(response));
        continue;
      }
      const call = this.calls[answer.id];
      if (answer.error === undefined) call?.succeed(answer.result);
      else call?.fail(answer.error);
    }
    if (response.ok) this.#settleNotifications();
    if (this.#waiting > 0) this.fail(httpError(response)); // whom nobody answered
  }

  /** The answer to a GET: the result itself, or an error object. All calls get it. */
  settleByResult(response: Response, body: unknown): void {
    this.#answered = true;
    if (response.ok) {
      for (const call of this.calls) call.succeed(body);
      return;
    }
    this.fail(isObject(body) && "code" in body ? errorFrom(body) : httpError(response));
  }

  #settleNotifications(): void {
    for (const call of this.calls) if (call.more.notification) call.succeed(undefined);
  }
}
