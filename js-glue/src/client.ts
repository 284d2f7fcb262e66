// SPDX-License-Identifier: Apache-2.0
/// <reference lib="esnext.disposable" preserve="true" />
// What a user holds: takes calls and gives them to the best carrier there is. Which one that is
// changes with the state of the socket; a call is on one carrier only, never sent twice.

import { type CallMore, type CarrierName, wholeTimeoutMs } from "./call-settings.ts";
import { Caller } from "./caller.ts";
import type { CallOptions, MethodDescriptor, Service, StructCodec } from "./codec/index.ts";
import { type Diagnosis, environmentFindings, type Finding } from "./diagnosis.ts";
import type { EarlySocket, WebSocketConstructor } from "./early-socket.ts";
import { abortError, RpcError } from "./errors.ts";
import type { FetchCarrier } from "./fetch-carrier.ts";
import type { LoadedCore } from "./load-core.ts";
import type { CallAgain } from "./own-calls.ts";
import { Services } from "./services.ts";
import { SocketCarrier, type SocketState } from "./socket-carrier.ts";
import type { TabSharing } from "./tabs/sharing.ts";

/**
 * `connecting`: the first attempt. `open`: the best carrier runs. `degraded`: calls go by fetch,
 * while WebSocket is tried again. `waiting`: calls wait for the connection to come back.
 * `failed`: no call can succeed any more; connect() again. `closed`: by close().
 */
export type ClientState = "connecting" | "open" | "degraded" | "waiting" | "failed" | "closed";

export interface StateChange {
  readonly state: ClientState;
  readonly carrier: CarrierName;
  /** Why it is not `open`. */
  readonly error: RpcError | undefined;
}

/** `auto`: WebSocket where it works, fetch until then and where it does not. */
export type CarrierChoice = "auto" | CarrierName;

export interface ClientSettings {
  readonly choice: CarrierChoice;
  readonly webSocketUrl: string;
  readonly webSocket: WebSocketConstructor | undefined;
  /** 0: for ever. */
  readonly timeoutMs: number;
  readonly fetchCarrier: FetchCarrier;
  /** Whether anything answers HTTP at the address; does not reject. */
  readonly probe: () => Promise<boolean>;
}

/** WebKit has no Symbol.dispose; what bundlers make of `using` then looks for this one. */
const disposeKey: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for("Symbol.dispose");

/** Those that are not closed. */
export const openClients: Set<Client> = /*#__PURE__*/ new Set();

export class Client extends Caller {
  readonly #settings: ClientSettings;
  readonly #fetch: FetchCarrier;
  readonly #services = new Services();
  readonly #listeners = new Set<(change: StateChange) => void>();
  #early: EarlySocket | undefined;
  #tabs: TabSharing | undefined;
  #socket: SocketCarrier | undefined;
  /** The carrier of the next call. */
  #current: SocketCarrier | FetchCarrier;
  #state: ClientState;
  #error: RpcError | undefined;
  #remark: string | undefined;
  #wasOpen = false;

  /** For connect(). */
  constructor(settings: ClientSettings) {
    super();
    this.#settings = settings;
    this.#fetch = settings.fetchCarrier;
    this.#current = this.#fetch;
    this.#state = settings.choice === "fetch" ? "open" : "connecting";
    openClients.add(this);
  }

  /** The first attempt, made while the core still loads. For connect(). */
  prepare(early: EarlySocket, tabs: TabSharing | undefined): void {
    this.#early = early;
    this.#tabs = tabs;
  }

  /** The core has started: from now on there is a socket, or attempts at one. For connect(). */
  attach({ core, remark }: LoadedCore): void {
    const { webSocketUrl } = this.#settings;
    const webSocket = this.#tabs?.webSocket ?? this.#settings.webSocket;
    if (this.#state === "closed" || webSocket === undefined) return;
    const early = this.#early;
    this.#early = undefined;
    this.#remark = remark;
    const onState = (state: SocketState, error: RpcError | undefined): void =>
      this.#onSocketState(state, error);
    const again: CallAgain = (...call) => this.#current.call(...call);
    const services = this.#services;
    const options = { url: webSocketUrl, webSocket, services, onState, again };
    this.#socket = new SocketCarrier(core, options);
    if (this.#settings.choice === "websocket") this.#current = this.#socket;
    this.#socket.start(early);
  }

  /** There will be no socket. For connect(). */
  giveUpSocket(error: RpcError): void {
    if (this.#state === "closed") return;
    this.#early?.close();
    this.#enter("degraded", error);
  }

  call<P, R>(method: MethodDescriptor<P, R>, params: P, options?: CallOptions): Promise<R> {
    const timeoutMs = options?.timeoutMs ?? (method.deadlineMs || this.#settings.timeoutMs);
    return this.#current.call(method, params, wholeTimeoutMs(timeoutMs), options?.signal);
  }

  protected override async stream<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    more: CallMore,
  ): Promise<R> {
    await this.#carrierKnown(signal);
    return this.#current.call(method, params, timeoutMs, signal, more);
  }

  /** A stream stays on the carrier it began on: it waits for the better one. */
  #carrierKnown(signal: AbortSignal | undefined): Promise<void> | undefined {
    const isKnown = (): boolean => this.#state !== "connecting" && this.#state !== "waiting";
    if (isKnown() || this.#settings.choice !== "auto") return undefined;
    return this.until(isKnown, signal);
  }

  /**
   * Fulfilled when `isThere` says so of a change of state, rejected with what it throws, or when
   * the signal is aborted. For connect().
   */
  until(isThere: (change: StateChange) => boolean, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (settle: () => void): void => {
        forget();
        signal?.removeEventListener("abort", onAbort);
        settle();
      };
      const onAbort = (): void => finish(() => signal && reject(abortError(signal)));
      const forget = this.onStateChange((change) => {
        try {
          if (isThere(change)) finish(resolve);
        } catch (thrown) {
          finish(() => reject(thrown));
        }
      });
      if (signal?.aborted) onAbort();
      else signal?.addEventListener("abort", onAbort);
    });
  }

  /** Answers calls of the server's, on connections by WebSocket. */
  serve(service: Service): void {
    this.#services.serve(service);
  }

  /** Reads what the server pushes on a topic, over WebSocket. Returns what ends it. */
  subscribe<T>(
    topic: string,
    codec: StructCodec<T, unknown>,
    read: (message: T) => void,
  ): () => void {
    return this.#services.topics.subscribe(topic, codec, read);
  }

  /**
   * Calls and does not wait for results: resolves when the server has taken the call, over fetch as
   * a notification of JSON-RPC.
   */
  async notify<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    options?: CallOptions,
  ): Promise<void> {
    if (this.#current !== this.#fetch) {
      await this.call(method, params, options);
      return;
    }
    const timeoutMs = wholeTimeoutMs(options?.timeoutMs ?? this.#settings.timeoutMs);
    await this.#fetch.call(method, params, timeoutMs, options?.signal, { notification: true });
  }

  /** Of the next call. */
  get carrier(): CarrierName {
    return this.#current === this.#fetch ? "fetch" : "websocket";
  }

  get state(): ClientState {
    return this.#state;
  }

  /** Returns what ends it. */
  onStateChange(listener: (change: StateChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Every call in flight rejects with `cancelled`; nothing is sent any more. */
  close(): void {
    if (this.#state === "closed") return;
    const error = new RpcError("cancelled", "the client was closed");
    this.#enter("closed", error);
    openClients.delete(this);
    this.#early?.close();
    this.#tabs?.close();
    this.#socket?.close(error);
    this.#fetch.close(error);
    this.#listeners.clear();
  }

  [disposeKey](): void {
    this.close();
  }

  diagnose(): Diagnosis {
    const findings: Finding[] = [];
    if (this.#error !== undefined && this.#state !== "closed") {
      findings.push({ about: "websocket", finding: this.#error.reason, cure: this.#cure() });
    }
    if (this.#remark !== undefined) {
      findings.push({ about: "wasm", finding: this.#remark, cure: "send the right Content-Type" });
    }
    const sharing = this.#tabs?.description;
    return {
      carrier: this.carrier,
      why: this.#why(),
      findings: [...findings, ...(sharing?.findings ?? []), ...environmentFindings()],
      tabs: sharing?.tabs,
      history: this.#socket?.history,
    };
  }

  #cure(): string {
    if (this.#wasOpen && this.#state === "waiting") {
      return "it is tried again by itself; what is in flight goes on when the server is back";
    }
    return this.#socket === undefined
      ? "see the finding; until then calls work, one HTTP request a turn"
      : "let WebSocket upgrades through, and allow this page's origin on the server";
  }

  #why(): string {
    const { choice } = this.#settings;
    if (choice !== "auto") return `connect() was told to use ${choice}`;
    if (this.carrier === "websocket") return "WebSocket works, and it is the fastest";
    return this.#state === "connecting"
      ? "the WebSocket is not open yet"
      : "the WebSocket does not open";
  }

  #onSocketState(state: SocketState, error: RpcError | undefined): void {
    const socket = this.#socket;
    if (this.#state === "closed" || socket === undefined) return;
    if (state === "open") {
      this.#wasOpen = true;
      this.#current = socket;
      this.#fetch.moveTo(socket);
      this.#enter("open", undefined);
    } else if (this.#settings.choice === "auto") {
      this.#standIn(state, error);
    } else {
      this.#enter(state === "failed" ? "failed" : "waiting", error);
    }
  }

  /** Auto, without a socket: calls go by fetch, or wait while nothing answers there either. */
  #standIn(state: SocketState, error: RpcError | undefined): void {
    const lostNow = this.#current !== this.#fetch;
    this.#current = this.#fetch;
    if (state === "failed" || !this.#wasOpen) {
      this.#fetch.release();
      this.#enter("degraded", error);
    } else if (lostNow) {
      // The server may be about to come back: calls wait until one carrier is known to work.
      this.#fetch.hold();
      this.#enter("waiting", error);
    } else {
      void this.#tryFetch(error);
    }
  }

  async #tryFetch(error: RpcError | undefined): Promise<void> {
    if (!(await this.#settings.probe()) || this.#state !== "waiting") return;
    this.#fetch.release();
    this.#enter("degraded", error);
  }

  #enter(state: ClientState, error: RpcError | undefined): void {
    this.#error = error;
    if (this.#state === state) return;
    this.#state = state;
    const change: StateChange = { state, carrier: this.carrier, error };
    for (const listener of [...this.#listeners]) {
      try {
        listener(change);
      } catch (thrown) {
        reportError(thrown); // the user's bug is the user's to see; calls go on
      }
    }
  }
}
