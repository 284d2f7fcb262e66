// SPDX-License-Identifier: Apache-2.0
// Calls over fetch, as JSON-RPC 2.0: all calls of a turn in one POST, and a GET for those that HTTP
// caches may answer. Works without WebAssembly and WebSocket, so it is the carrier of last resort,
// and the first one while the core still compiles.

import { decodeError } from "./call-errors.ts";
import type { CallMore, Carrier } from "./call-settings.ts";
import type { MethodDescriptor } from "./codec/index.ts";
import { abortError, RpcError } from "./errors.ts";
import { FetchCall, Flight } from "./fetch-flight.ts";
import { answerFrom, isObject } from "./json-rpc.ts";
import { never, WakeTimer } from "./wake-timer.ts";

export interface FetchCarrierOptions {
  /** Where JSON-RPC is served. */
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly credentials: RequestCredentials;
}

/** Calls in one POST; more are sent in several, at once. */
const batchCallsMax = 1000;
/** Characters of one POST's body; a single call may exceed it. */
const batchLengthMax = 512 * 1024;
/** Longer addresses are refused by servers and proxies: such calls go by POST. */
const getUrlLengthMax = 2000;
/** Calls that wait while this carrier is held. */
const heldCallsMax = 65_536;
const timeoutHeader = "cortado-timeout-ms";
/** Of an answer that is a stream. */
const sequenceType = "application/json-seq";

export class FetchCarrier implements Carrier {
  readonly #options: FetchCarrierOptions;
  readonly #flights = new Set<Flight>();
  /** GETs that identical calls can join, by address. */
  readonly #gets = new Map<string, Flight>();
  #queue: FetchCall[] = [];
  #held = false;
  #turn = false;
  #closedBy: RpcError | undefined;
  readonly #timer = new WakeTimer(() => this.#expire());

  constructor(options: FetchCarrierOptions) {
    this.#options = options;
  }

  /** A notification, without results, resolves when the server has taken it. */
  call<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    more: CallMore = {},
  ): Promise<R> {
    if (more.items !== undefined) {
      const reason = `${method.name} sends a stream, which only WebSocket carries: see diagnose()`;
      return Promise.reject(new RpcError("unimplemented", reason));
    }
    if (this.#closedBy !== undefined) return Promise.reject(this.#closedBy);
    if (signal?.aborted) return Promise.reject(abortError(signal));
    if (this.#queue.length >= heldCallsMax) {
      return Promise.reject(new RpcError("resource_exhausted", "too many calls wait: slow down"));
    }
    let json: unknown;
    try {
      json = method.params.toJson(params);
    } catch (thrown) {
      return Promise.reject(RpcError.from(thrown, "invalid_argument"));
    }
    // A call is settled only through its own method's codec, which has the types.
    const anyMethod = method as MethodDescriptor<unknown, unknown>;
    const call = new FetchCall(anyMethod, json, timeoutMs, signal, more);
    this.#queue.push(call);
    if (!this.#turn) {
      this.#turn = true;
      queueMicrotask(this.#endTurn);
    }
    return call.promise<R>();
  }

  /** Calls wait, within their time, until release() or moveTo(). */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#flush();
  }

  /** Hands the calls that wait to another carrier, and is no longer held. */
  moveTo(carrier: Carrier): void {
    this.#held = false;
    const nowMs = performance.now();
    for (const call of this.#queue.splice(0)) {
      if (call.done) continue;
      const leftMs = call.deadlineMs === never ? 0 : call.deadlineMs - nowMs;
      if (leftMs < 0) call.expire();
      if (!call.leave()) continue;
      const params = call.method.params.fromJson(call.json);
      carrier
        .call(call.method, params, Math.ceil(leftMs), call.signal, call.more)
        .then(call.more.notification ? () => call.resolve(undefined) : call.resolve, call.reject);
    }
  }

  close(error: RpcError): void {
    this.#closedBy = error;
    this.#timer.stop();
    for (const call of this.#queue.splice(0)) call.fail(error);
    for (const flight of [...this.#flights]) flight.fail(error);
  }

  readonly #endTurn = (): void => {
    this.#turn = false;
    for (const call of this.#queue) this.#timer.notAfter(call.deadlineMs);
    if (!this.#held) this.#flush();
  };

  #flush(): void {
    let batch: FetchCall[] = [];
    let texts: string[] = [];
    let length = 0;
    for (const call of this.#queue.splice(0)) {
      if (call.done || this.#watch(call) || this.#get(call)) continue;
      let text = call.text(batch.length);
      const isFull = batch.length === batchCallsMax || length + text.length > batchLengthMax;
      if (isFull && batch.length > 0) {
        this.#post(batch, texts);
        batch = [];
        texts = [];
        length = 0;
        text = call.text(0);
      }
      batch.push(call);
      texts.push(text);
      length += text.length;
    }
    if (batch.length > 0) this.#post(batch, texts);
  }

  /** By GET, or as part of one under way; false for a call that cannot go so. */
  #get(call: FetchCall): boolean {
    const { service, name, idempotent, cacheTtlMs } = call.method;
    // One with a key may have run, which a GET does not say.
    const { notification, keyText } = call.more;
    if (!idempotent || cacheTtlMs === 0 || notification || keyText) return false;
    const params = encodeURIComponent(JSON.stringify(call.json));
    const url = `${this.#options.url}/${service}/${name}?params=${params}`;
    if (url.length > getUrlLengthMax) return false;
    const joined = this.#gets.get(url);
    if (joined !== undefined && !joined.signal.aborted) {
      joined.join(call);
      return true;
    }
    const flight = new Flight([call]);
    this.#gets.set(url, flight);
    // No header of our own: it would cost a preflight elsewhere and make each answer another.
    const settle = async (response: Response) =>
      flight.settleByResult(response, await jsonOf(response));
    this.#send(flight, url, {}, settle).then(() => {
      if (this.#gets.get(url) === flight) this.#gets.delete(url);
    });
    return true;
  }

  /** By a request of its own; false for a call that gives no items. */
  #watch(call: FetchCall): boolean {
    const { inlet } = call.more;
    if (inlet === undefined) return false;
    const headers = headersOf(call.timeoutMs || never);
    headers["accept"] = sequenceType;
    const flight = new Flight([call]);
    const init = { method: "POST", headers, body: call.text(0) };
    void this.#send(flight, this.#options.url, init, async (response) => {
      const { body } = response;
      const type = response.headers.get("content-type") ?? "";
      if (body !== null && type.startsWith(sequenceType)) {
        const { readSequence } = await import("./fetch-stream.ts");
        const parts = { RpcError, answerFrom, decodeError, isObject };
        await readSequence(call, inlet, body, parts);
      } else {
        flight.settleByJsonRpc(response, await jsonOf(response));
      }
    });
    return true;
  }

  #post(batch: FetchCall[], texts: string[]): void {
    const flight = new Flight(batch);
    // The server stops when nobody can be waiting any more.
    const headers = headersOf(Math.max(...batch.map((call) => call.timeoutMs || never)));
    const body = texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(",")}]`;
    void this.#send(
      flight,
      this.#options.url,
      { method: "POST", headers, body },
      async (response) => flight.settleByJsonRpc(response, await jsonOf(response)),
    );
  }

  /** Settles every call of the flight, whatever happens; never rejects. */
  async #send(
    flight: Flight,
    url: string,
    init: RequestInit,
    settle: (response: Response) => Promise<void>,
  ): Promise<void> {
    this.#flights.add(flight);
    try {
      const { fetch, credentials } = this.#options;
      const response = await fetch(url, { ...init, credentials, signal: flight.signal });
      await settle(response);
    } catch (cause) {
      const reason =
        `no answer from ${url}: offline, the server is away, or CORS or the ` +
        "Content-Security-Policy (connect-src) does not allow this page";
      flight.fail(new RpcError("unavailable", reason, { cause }));
    }
    this.#flights.delete(flight);
  }

  #expire(): void {
    const nowMs = performance.now();
    for (const calls of [this.#queue, ...[...this.#flights].map((flight) => flight.calls)]) {
      for (const call of calls) {
        if (call.done) continue;
        if (call.deadlineMs <= nowMs) call.expire();
        else this.#timer.notAfter(call.deadlineMs);
      }
    }
    this.#queue = this.#queue.filter((call) => !call.done);
  }
}

function headersOf(timeoutMs: number): Record<string, string> {
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (timeoutMs !== never) headers[timeoutHeader] = String(timeoutMs);
  return headers;
}

/** undefined when it is no JSON: the caller reports the answer as what it is. */
async function jsonOf(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
