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
  Caller,
  type CallMore,
  type CallOptions,
  type Core,
  describeClose,
  Link,
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

const timeoutMsDefault = 30_000;
const heartbeatMsDefault = 10_000;
const doneCode = 1000;

export abstract class LocalLink extends Caller implements LinkListener {
  /** Why it ended: the other end was closed, or is silent. */
  protected abstract readonly leftWords: string;
  protected abstract readonly silentWords: string;
  /** Whether the other end reads payloads that come beside their messages. */
  protected otherTakesPayloads = true;
  /** What this end serves. */
  readonly services = new Services();
  /** Fulfilled, with the reason, when it has ended: no call succeeds any more. */
  readonly closed: Promise<RpcError>;
  readonly #timeoutMs: number;
  readonly #payloads: PayloadChoice;
  readonly #loaded: Promise<{ readonly core: Core; readonly link: Link }>;
  #link: Link | undefined;
  #socket: LocalSocket | undefined;
  #error: RpcError | undefined;
  #resolveClosed: (error: RpcError) => void = () => {};

  /** `end`: see client/abi.capnp. */
  constructor(end: number, { wasm, timeoutMs, heartbeatMs, payloads }: LocalLinkOptions) {
    super();
    this.#timeoutMs = timeoutMs ?? timeoutMsDefault;
    this.#payloads = payloads ?? "copy";
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    const pingIntervalMs = wholeTimeoutMs(heartbeatMs ?? heartbeatMsDefault);
    this.#loaded = this.#load(wasm, { end, pingIntervalMs });
    this.#loaded.catch((thrown: unknown) => this.end(RpcError.from(thrown)));
  }

  async #load(wasm: WasmSource | undefined, kind: { end: number; pingIntervalMs: number }) {
    const { core } = await loadCore(wasm);
    if (this.#error !== undefined) throw this.#error;
    const link = new Link(core, this, kind);
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
    if (this.#error !== undefined) return Promise.reject(this.#error);
    const link = this.#link;
    if (link !== undefined) return link.calls.call(method, params, timeoutMs, signal, more);
    return this.#loaded.then(({ link }) =>
      link.calls.call(method, params, timeoutMs, signal, more),
    );
  }

  // --- its life --------------------------------------------------------------------------------

  /** The other end has the other port. */
  protected meetByPort(port: MessagePort): Promise<void> {
    return this.#connect(port, () => new PortSocket(port, this.otherTakesPayloads));
  }

  /** The other end is on the same bus. */
  protected meetOnBus(port: MessagePort, participant: Participant, other: Place): Promise<void> {
    return this.#connect(port, (link) => {
      const { slot, wakesItself: otherWakesItself } = other;
      const socket = new PipeSocket({
        participant,
        slot,
        otherWakesItself,
        port,
        payloads: this.#payloads,
        otherTakesPayloads: this.otherTakesPayloads,
      });
      socket.isServing = () => link.served > 0;
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
      carryPayloads(core, link.handle, socket);
      link.connect(earlySocketOf(socket));
    } catch (thrown) {
      port.postMessage(null); // the other end has nobody to talk to
      port.close();
      this.end(RpcError.from(thrown));
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
    this.#resolveClosed(error);
  }

  // --- what the link says ----------------------------------------------------------------------

  readonly again = (): Promise<never> => Promise.reject(this.#error);

  onOpened(): void {}

  onIntroduced(): void {}

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
