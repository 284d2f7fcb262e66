// SPDX-License-Identifier: Apache-2.0
// Calls over WebSocket, in frames made by the core: keeps one link that takes new calls, replaces
// it when it is lost or told to go away, and says in which state it is. Knows no fetch.
import { Backoff } from "./backoff.ts";
import type { Carrier } from "./call-settings.ts";
import { describeClose, isFinal } from "./close-reason.ts";
import type { MethodDescriptor } from "./codec/index.ts";
import type { Core } from "./core.ts";
import { EarlySocket, type WebSocketConstructor } from "./early-socket.ts";
import { RpcError } from "./errors.ts";
import { Link, type LinkListener } from "./link.ts";

/** `waiting`: for the next attempt, or for its end. `failed` and `closed` are for ever. */
export type SocketState = "open" | "waiting" | "failed" | "closed";

export interface SocketCarrierOptions {
  readonly url: string;
  readonly webSocket: WebSocketConstructor;
  /** `error` says why, in states other than `open`. */
  readonly onState: (state: SocketState, error: RpcError | undefined) => void;
}

const connectTimeoutMs = 10_000;
/** A server that drains all its pages is not visited by all of them at once. */
const goawayJitterMsMax = 1_000;

export class SocketCarrier implements Carrier, LinkListener {
  readonly #core: Core;
  readonly #options: SocketCarrierOptions;
  readonly #backoff = new Backoff({ firstMsMax: 200, msMax: 20_000 });
  /** Links that take no new calls but still have some in flight. */
  readonly #draining = new Set<Link>();
  #link: Link;
  /** It waits for the next attempt. */
  #waiting = false;
  #failure: RpcError | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(core: Core, options: SocketCarrierOptions) {
    this.#core = core;
    this.#options = options;
    this.#link = new Link(core, this);
  }

  /** `early`: an attempt that was begun before the core was there. */
  start(early: EarlySocket | undefined): void {
    globalThis.addEventListener?.("online", this.#onOnline);
    this.#attempt(early);
  }

  call<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ): Promise<R> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return this.#link.call(method, params, timeoutMs, signal);
  }

  close(error: RpcError): void {
    this.#end("closed", error);
  }

  #attempt(early?: EarlySocket): void {
    this.#waiting = false;
    try {
      const socket = early ?? new EarlySocket(this.#options.webSocket, this.#options.url);
      this.#timer = setTimeout(this.#onConnectTimeout, connectTimeoutMs);
      this.#link.connect(socket);
    } catch (thrown) {
      this.#end("failed", RpcError.from(thrown));
    }
  }

  readonly #onConnectTimeout = (): void => {
    this.#link.drop();
    const reason = `no WebSocket to ${this.#options.url} within ${connectTimeoutMs} ms`;
    this.#wait(this.#backoff.nextMs(), new RpcError("unavailable", reason));
  };

  #wait(waitMs: number, error: RpcError): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#attempt(), waitMs);
    this.#enter("waiting", error);
  }

  /** The network is back: what is left of the wait would be lost time. */
  readonly #onOnline = (): void => {
    if (!this.#waiting) return;
    clearTimeout(this.#timer);
    this.#attempt();
  };

  onOpened(link: Link): void {
    if (link !== this.#link) return;
    clearTimeout(this.#timer);
    this.#enter("open", undefined);
  }

  onIntroduced(link: Link): void {
    if (link === this.#link) this.#backoff.succeeded();
  }

  onClosed(link: Link, code: number, reason: string, byUs: boolean): void {
    const error = new RpcError(
      byUs ? "internal" : "unavailable",
      describeClose(code, reason, byUs),
    );
    if (this.#failure !== undefined) return;
    if (this.#draining.delete(link)) {
      link.close(1000, error);
    } else if (isFinal(code)) {
      this.#end("failed", error);
    } else if (link.wasOpen) {
      this.#link = new Link(this.#core, this);
      link.close(1000, error);
      this.#wait(this.#backoff.nextMs(), error);
    } else {
      this.#wait(this.#backoff.nextMs(), this.#unreachable(error));
    }
  }

  #unreachable(error: RpcError): RpcError {
    const reason =
      `no WebSocket to ${this.#options.url}: the server is away, serves no cortado.v1 there, ` +
      "refuses this page's origin, or a proxy or the Content-Security-Policy (connect-src) is in between";
    return new RpcError("unavailable", reason, { cause: error });
  }

  onGoaway(link: Link, reason: string): void {
    if (link !== this.#link) return;
    this.#draining.add(link);
    this.#link = new Link(this.#core, this);
    const words =
      reason === "" ? "the server is going away" : `the server is going away: ${reason}`;
    this.#wait(Math.random() * goawayJitterMsMax, new RpcError("unavailable", words));
  }

  onIdle(link: Link): void {
    if (!this.#draining.delete(link)) return;
    link.close(1000, new RpcError("unavailable", "the server went away"));
  }

  onBroken(link: Link, error: RpcError): void {
    this.#draining.delete(link);
    if (link === this.#link) this.#end("failed", error);
  }

  #enter(state: SocketState, error: RpcError | undefined): void {
    this.#waiting = state === "waiting";
    this.#options.onState(state, error);
  }

  #end(state: "failed" | "closed", error: RpcError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    clearTimeout(this.#timer);
    globalThis.removeEventListener?.("online", this.#onOnline);
    for (const link of [this.#link, ...this.#draining]) link.close(1000, error);
    this.#draining.clear();
    this.#enter(state, error);
  }
}
