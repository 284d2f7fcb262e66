// SPDX-License-Identifier: Apache-2.0
// What two threads of a page are to each other: each calls and serves, over one link that has one
// life. Calls made before the other end is there wait for it; when it ends, each of them does. Who
// the other end is, and how it is watched, its subclasses know.
import type { LocalSocket } from "../bus/local-socket.ts";
import { earlySocketOf } from "../bus/local-socket.ts";
import type { Participant } from "../bus/participant.ts";
import { carryPayloads } from "../bus/payload-hooks.ts";
import { type PayloadChoice, PipeSocket } from "../bus/pipe-socket.ts";
import { PortSocket } from "../bus/port-socket.ts";
import {
  type CallAgain,
  Caller,
  type CallMore,
  type CallOptions,
  type Core,
  describeClose,
  type Link,
  type LinkListener,
  loadCore,
  type MethodDescriptor,
  RpcError,
  type Service,
  Services,
  type WasmSource,
  wholeTimeoutMs,
} from "../index.ts";
import type { Place } from "./greeting.ts";
import { SyncLink } from "./sync-link.ts";

export interface LocalLinkOptions {
  /** Where cortado.wasm is; see connect(). */
  readonly wasm?: WasmSource | undefined;
  /** Of calls that state none and whose method has none, in milliseconds; 0: for ever. */
  readonly timeoutMs?: number | undefined;
  /**
   * Milliseconds of silence after which the other end is asked for a sign of life, and after as many
   * more given up as hung; 0: never. While its own code runs it gives none.
   */
  readonly heartbeatMs?: number | undefined;
  /**
   * What a large Data field that is received is: a copy, of which nothing need be known, or the bytes
   * where they came, in shared memory, until release() or until they are sent on.
   */
  readonly payloads?: PayloadChoice | undefined;
}

/** Through shared memory, or by messages. */
export type LocalCarrier = "bus" | "port";

export const timeoutMsDefault = 30_000;
const heartbeatMsDefault = 10_000;
const doneCode = 1000;

/** Who waits for whom, until it comes round. */
export function deadlockError(cycle: readonly string[]): RpcError {
  return new RpcError("failed_precondition", `a deadlock: ${cycle.join(" waits for ")}`);
}

export abstract class LocalLink extends Caller implements LinkListener {
  /** Why it ended: the other end was closed, or is silent. */
  protected abstract readonly leftWords: string;
  protected abstract readonly silentWords: string;
  /** What this end serves. */
  readonly services: Services;
  /** Fulfilled, with the reason, when it has ended: no call succeeds any more. */
  readonly closed: Promise<RpcError>;
  /** Fulfilled when the other end is there, with true, or when it will not come. Calls need not wait. */
  readonly ready: Promise<boolean>;
  /** For the texts of errors. */
  protected otherName: string;
  readonly #timeoutMs: number;
  readonly #payloads: PayloadChoice;
  readonly #loaded: Promise<{ readonly core: Core; readonly link: SyncLink }>;
  #link: SyncLink | undefined;
  #socket: LocalSocket | undefined;
  #error: RpcError | undefined;
  #resolveClosed: (error: RpcError) => void = () => {};
  #resolveReady: (isThere: boolean) => void = () => {};

  /** `end`: see client/abi.capnp. `other`: what people call the other end. */
  constructor(end: number, options: LocalLinkOptions, other: string, services = new Services()) {
    super();
    const { wasm, timeoutMs, heartbeatMs, payloads } = options;
    this.services = services;
    this.otherName = other;
    this.#timeoutMs = timeoutMs ?? timeoutMsDefault;
    this.#payloads = payloads ?? "copy";
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    this.ready = new Promise((resolve) => {
      this.#resolveReady = resolve;
    });
    const pingIntervalMs = wholeTimeoutMs(heartbeatMs ?? heartbeatMsDefault);
    this.#loaded = this.#load(wasm, { end, pingIntervalMs });
    this.#loaded.catch((thrown: unknown) => this.end(RpcError.from(thrown)));
  }

  async #load(wasm: WasmSource | undefined, kind: { end: number; pingIntervalMs: number }) {
    const { core } = await loadCore(wasm);
    if (this.#error !== undefined) throw this.#error;
    const link = new SyncLink(core, this, kind);
    // Payloads are there while their message is read: calls cannot be held for later.
    await link.loadServing();
    if (this.#error !== undefined) throw this.#error;
    this.#link = link;
    return { core, link };
  }

  /** Answers calls of the other end. */
  serve(service: Service): void {
    this.services.serve(service);
  }

  /** Ends it: calls in flight reject with `cancelled`. */
  close(): void {
    this.end(new RpcError("cancelled", "it was closed"));
  }

  // --- payloads --------------------------------------------------------------------------------

  /** Which runs; undefined until the other end is there. */
  get carrier(): LocalCarrier | undefined {
    if (this.#socket === undefined) return undefined;
    return this.#socket instanceof PipeSocket ? "bus" : "port";
  }

  /**
   * Room for a Data field that is not copied on its way: fill it, send it, and do not touch it again;
   * with the call it becomes the receiver's. Over ports, and when the segment has no room, it is a
   * buffer of its own, which is moved; before the other end is there, and when only a part of it is
   * sent that does not begin where it does, it is copied after all.
   */
  allocate(size: number): Uint8Array {
    return this.#socket?.allocate(size) ?? new Uint8Array(size);
  }

  /** Gives back what allocate() gave and was not sent, or a field that was received in place. */
  release(payload: Uint8Array): void {
    this.#socket?.release(payload);
  }

  // --- calls -----------------------------------------------------------------------------------

  override call<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    options?: CallOptions,
  ): Promise<R> {
    const timeoutMs = options?.timeoutMs ?? (method.deadlineMs || this.#timeoutMs);
    return this.stream(method, params, wholeTimeoutMs(timeoutMs), options?.signal);
  }

  protected override stream<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    more?: CallMore,
  ): Promise<R> {
    return this.callHere(method, params, timeoutMs, signal, more);
  }

  /** Who is called for a method. */
  protected linkFor<P, R>(_method: MethodDescriptor<P, R>): LocalLink {
    return this;
  }

  /** By this link, whatever others there are. */
  callHere<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    more?: CallMore,
  ): Promise<R> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    const link = this.#link;
    if (link !== undefined && link.served > 0 && this.isBlocked) {
      return Promise.reject(deadlockError([this.otherName, "this thread, which calls it"]));
    }
    if (link !== undefined) return link.calls.call(method, params, timeoutMs, signal, more);
    return this.#loaded.then(({ link }) =>
      link.calls.call(method, params, timeoutMs, signal, more),
    );
  }

  /**
   * Calls, and blocks this worker until the answer is there: for code that cannot await. Only over
   * shared memory, when `ready` is fulfilled, and never in a page. What others ask of this worker waits
   * meanwhile; a call that could never be answered, because who answers it waits for this worker,
   * throws `failed_precondition`. See syncClient() for generated clients.
   */
  callSync<P, R>(method: MethodDescriptor<P, R>, params: P, options?: CallOptions): R {
    const timeoutMs = options?.timeoutMs ?? (method.deadlineMs || this.#timeoutMs);
    return this.linkFor(method).#callSyncHere(method, params, wholeTimeoutMs(timeoutMs));
  }

  #callSyncHere<P, R>(method: MethodDescriptor<P, R>, params: P, timeoutMs: number): R {
    if (this.#error !== undefined) throw this.#error;
    const link = this.#link;
    const pipes = this.#pipes;
    if (link === undefined || pipes === undefined || globalThis.document !== undefined) {
      throw new RpcError("failed_precondition", this.#whyNotSync());
    }
    const cycle = pipes.waitBegins();
    if (cycle !== undefined) throw deadlockError(cycle);
    try {
      return link.callSync(method, params, timeoutMs, (isDone) => pipes.wait(isDone, timeoutMs));
    } finally {
      pipes.waitEnds();
    }
  }

  #whyNotSync(): string {
    if (globalThis.document !== undefined) return "a page must not block: await the call";
    if (this.#socket === undefined) return "callSync() comes after `await link.ready`";
    return "callSync() needs shared memory, and this worker has none: see diagnose() in the page";
  }

  get #pipes(): PipeSocket | undefined {
    return this.#socket instanceof PipeSocket ? this.#socket : undefined;
  }

  /** The other end waits for this thread, in callSync(). */
  get isBlocked(): boolean {
    return this.#pipes?.isWaitedFor ?? false;
  }

  // --- its life --------------------------------------------------------------------------------

  /** The other end has the other port. */
  protected meetByPort(port: MessagePort): Promise<void> {
    return this.#connect(port, () => new PortSocket(port));
  }

  /** The other end is on the same bus. */
  protected meetOnBus(port: MessagePort, participant: Participant, other: Place): Promise<void> {
    return this.#connect(port, (link) => {
      const { slot, wakesItself: otherWakesItself } = other;
      const payloads = this.#payloads;
      const socket = new PipeSocket({ participant, slot, otherWakesItself, port, payloads });
      socket.isServing = () => link.served > 0;
      participant.names[slot] = this.otherName;
      return socket;
    });
  }

  async #connect(port: MessagePort, socketFor: (link: Link) => LocalSocket): Promise<void> {
    try {
      const { core, link } = await this.#loaded;
      if (this.#error !== undefined) throw this.#error;
      const socket = socketFor(link);
      socket.onLeft = (why = this.leftWords) => this.end(new RpcError("unavailable", why));
      this.#socket = socket;
      carryPayloads(core, link.handle, socket, this.closed);
      link.connect(earlySocketOf(socket));
    } catch (thrown) {
      const error = RpcError.from(thrown);
      // The other end has nobody to talk to, and nobody else says why.
      const why = `there is no link to the other end: ${error.reason}`;
      port.postMessage(error.code === "cancelled" ? null : why);
      port.close();
      this.end(error);
    }
  }

  /** It is over; calls that may have run at the other end say so. */
  protected end(error: RpcError): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    const link = this.#link;
    if (link !== undefined) {
      if (error.code !== "cancelled") {
        link.drop(error.reason, doneCode);
        link.abandon();
      }
      queueMicrotask(() => link.close(doneCode, error)); // when what abandon() did has been told
    }
    this.#resolveReady(false);
    this.#resolveClosed(error);
  }

  // --- what the link says ----------------------------------------------------------------------

  readonly again: CallAgain = (...call) => this.callAgain(...call);

  /** A call that has not run, or may run twice, and has lost this link. */
  protected callAgain(..._call: Parameters<CallAgain>): Promise<unknown> {
    return Promise.reject(this.#error);
  }

  onOpened(): void {}

  onIntroduced(): void {
    this.#resolveReady(true);
  }

  /** It gave no sign of life, or broke the protocol. */
  onClosed(_link: Link, code: number, reason: string, byUs: boolean): void {
    const words = byUs ? describeClose(code, reason, byUs) : this.silentWords;
    this.end(new RpcError(byUs ? "internal" : "unavailable", words));
  }

  onGoaway(): void {}

  onIdle(): void {}

  onBroken(_link: Link, error: RpcError): void {
    this.end(error);
  }
}
