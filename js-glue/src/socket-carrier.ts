// SPDX-License-Identifier: Apache-2.0
// Calls over WebSocket, in frames made by the core: keeps one link that takes new calls, opens one
// socket after the other for it, and says in which state it is. Knows no fetch.
import { Backoff } from "./backoff.ts";
import type { CallMore, Carrier } from "./call-settings.ts";
import { closeCodeOf, describeClose, handedOverCode, isFinal } from "./close-reason.ts";
import type { MethodDescriptor } from "./codec/index.ts";
import type { Core } from "./core.ts";
import { EarlySocket, type WebSocketConstructor } from "./early-socket.ts";
import { RpcError } from "./errors.ts";
import { endOfSession } from "./generated/abi.ts";
import { Link, type LinkListener } from "./link.ts";
import type { CallAgain } from "./own-calls.ts";
import type { Services } from "./services.ts";

/** `waiting`: for the next attempt, or for its end. `failed` and `closed` are for ever. */
export type SocketState = "open" | "waiting" | "failed" | "closed";

export interface SocketCarrierOptions {
  readonly url: string;
  readonly webSocket: WebSocketConstructor;
  readonly services: Services;
  /** `error` says why, in states other than `open`. */
  readonly onState: (state: SocketState, error: RpcError | undefined) => void;
  readonly again: CallAgain;
}

/** What happened so far. */
export interface ConnectionHistory {
  /** Sockets over which the server was heard. */
  readonly connections: number;
  /** How often a session went on over another socket, and nothing was lost. */
  readonly resumed: number;
  /** How often it could not. */
  readonly lost: number;
  /** How the last socket ended. */
  readonly lastEnd: string | undefined;
}

const connectTimeoutMs = 10_000;
/** A server that drains all its pages is not visited by all of them at once. */
const goawayJitterMsMax = 1_000;
/** Temporary: the session waits for this page. */
const leavingCode = /*#__PURE__*/ closeCodeOf("going_away");
const doneCode = 1000;
/** A server's pings are 20 s apart; when two of them stay away this end asks. */
const sessionEnd = { end: endOfSession, pingIntervalMs: 50_000 };
const pageEvents = ["online", "offline", "pagehide", "pageshow", "visibilitychange"] as const;

export class SocketCarrier implements Carrier, LinkListener {
  readonly #core: Core;
  readonly #options: SocketCarrierOptions;
  readonly #backoff = new Backoff({ firstMsMax: 200, msMax: 20_000 });
  /** Links that take no new calls but still have some in flight. */
  readonly #draining = new Set<Link>();
  #link: Link;
  /** undefined: an attempt is being made. */
  #state: SocketState | undefined;
  #failure: RpcError | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** The link has had a session. */
  #hadSession = false;
  /** Its last socket was open. */
  #wasOpen = false;
  #wasOffline = false;
  #history = { connections: 0, resumed: 0, lost: 0, lastEnd: undefined as string | undefined };

  constructor(core: Core, options: SocketCarrierOptions) {
    this.#core = core;
    this.#options = options;
    this.#link = new Link(core, this, sessionEnd);
  }

  /** `early`: an attempt that was begun before the core was there. */
  start(early: EarlySocket | undefined): void {
    for (const type of pageEvents) globalThis.addEventListener?.(type, this.#onPageEvent, true);
    this.#attempt(early);
  }

  get services(): Services {
    return this.#options.services;
  }

  get history(): ConnectionHistory {
    return { ...this.#history };
  }

  call<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    more?: CallMore,
  ): Promise<R> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return this.#link.calls.call(method, params, timeoutMs, signal, more);
  }

  close(error: RpcError): void {
    this.#end("closed", error);
  }

  // --- attempts ----------------------------------------------------------------------------

  #attempt(early?: EarlySocket): void {
    clearTimeout(this.#timer);
    this.#wasOpen = false;
    this.#state = undefined;
    try {
      const socket = early ?? new EarlySocket(this.#options.webSocket, this.#options.url);
      this.#timer = setTimeout(this.#onConnectTimeout, connectTimeoutMs);
      this.#link.connect(socket);
    } catch (thrown) {
      this.#end("failed", RpcError.from(thrown));
    }
  }

  /** Of the socket, or of the server's first word on it. */
  readonly #onConnectTimeout = (): void => {
    const reason = `no WebSocket to ${this.#options.url} within ${connectTimeoutMs} ms`;
    this.#link.drop(reason, leavingCode);
    this.#wait(this.#backoff.nextMs(), new RpcError("unavailable", reason));
  };

  #wait(waitMs: number, error: RpcError): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#attempt(), waitMs);
    this.#enter("waiting", error);
  }

  /** Gives its sockets up, to go on later. */
  #leave(reason: string, closeCode: number): void {
    clearTimeout(this.#timer);
    this.#link.drop(reason, closeCode);
    for (const link of this.#draining) this.#endDraining(link, new RpcError("unavailable", reason));
    this.#history.lastEnd = reason;
    this.#enter("waiting", new RpcError("unavailable", reason));
  }

  readonly #onPageEvent = ({ type, persisted }: Event & { readonly persisted?: boolean }): void => {
    if (this.#failure !== undefined) return;
    if (type === "pagehide") {
      // A page with a socket is not kept for the way back; one that is done says so.
      this.#leave("the page was left", persisted ? leavingCode : doneCode);
    } else if (type === "offline") {
      this.#wasOffline = true;
    } else if (type === "visibilitychange") {
      this.#link.wake(); // timers of hidden pages are late, and sleep stops them
    } else if (this.#state === "waiting") {
      this.#attempt(); // what is left of the wait would be lost time
    } else if (type === "online" && this.#wasOffline && this.#state === "open") {
      // A socket of the network that went may look alive for minutes.
      this.#leave("the network went away", leavingCode);
      this.#attempt();
    }
    if (type === "online") this.#wasOffline = false;
  };

  // --- what links say ----------------------------------------------------------------------

  readonly again: CallAgain = (...call) => this.#options.again(...call);

  onOpened(link: Link): void {
    if (link !== this.#link) return;
    this.#wasOpen = true;
    // Later ones are open when it is known whether the session goes on.
    if (this.#hadSession) return;
    clearTimeout(this.#timer);
    this.#enter("open", undefined);
  }

  onIntroduced(link: Link, resumed: boolean): void {
    if (link !== this.#link) return;
    clearTimeout(this.#timer);
    const history = this.#history;
    if (resumed) history.resumed += 1;
    else if (this.#hadSession) history.lost += 1;
    this.#hadSession = true;
    history.connections += 1;
    this.#backoff.succeeded();
    if (this.#state !== "open") this.#enter("open", undefined);
  }

  onClosed(link: Link, code: number, reason: string, byUs: boolean): void {
    if (this.#failure !== undefined) return;
    const words = describeClose(code, reason, byUs);
    const error = new RpcError(byUs && isFinal(code) ? "internal" : "unavailable", words);
    if (link !== this.#link) {
      this.#endDraining(link, error);
      return;
    }
    if (this.#wasOpen) this.#history.lastEnd = words;
    if (isFinal(code)) this.#end("failed", error);
    else if (code === handedOverCode) this.#wait(0, error);
    else this.#wait(this.#backoff.nextMs(), this.#wasOpen ? error : this.#unreachable(error));
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
    this.#link = new Link(this.#core, this, sessionEnd);
    this.#hadSession = false;
    const words =
      reason === "" ? "the server is going away" : `the server is going away: ${reason}`;
    this.#history.lastEnd = words;
    this.#wait(Math.random() * goawayJitterMsMax, new RpcError("unavailable", words));
  }

  onIdle(link: Link): void {
    if (!this.#draining.delete(link)) return;
    link.close(doneCode, new RpcError("unavailable", "the server went away"));
  }

  onBroken(link: Link, error: RpcError): void {
    this.#draining.delete(link);
    if (link === this.#link) this.#end("failed", error);
  }

  /** Its calls say whether they may have run; those that may be made again are. */
  #endDraining(link: Link, error: RpcError): void {
    this.#draining.delete(link);
    link.abandon();
    queueMicrotask(() => link.close(doneCode, error)); // when what abandon() did has been told
  }

  #enter(state: SocketState, error: RpcError | undefined): void {
    this.#state = state;
    this.#options.onState(state, error);
  }

  #end(state: "failed" | "closed", error: RpcError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    clearTimeout(this.#timer);
    for (const type of pageEvents) globalThis.removeEventListener?.(type, this.#onPageEvent, true);
    for (const link of [this.#link, ...this.#draining]) {
      if (state === "failed" && this.#core.broken === undefined) this.#endDraining(link, error);
      else link.close(doneCode, error);
    }
    this.#draining.clear();
    this.#enter(state, error);
  }
}
