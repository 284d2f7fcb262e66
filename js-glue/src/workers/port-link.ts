// SPDX-License-Identifier: Apache-2.0
// What a page and a worker are to each other: each calls and serves, over one link that has one
// life. Calls made before the other end is there wait for it; when it ends, each of them does. Who
// the other end is, and how it is watched, its subclasses know.
import {
  Caller,
  type CallMore,
  type CallOptions,
  describeClose,
  EarlySocket,
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
import { socketOver } from "./port-socket.ts";

export interface PortLinkOptions {
  /** Where cortado.wasm is; see connect(). */
  readonly wasm?: WasmSource | undefined;
  /** Of calls that state none and whose method has none, in milliseconds; 0: for ever. */
  readonly timeoutMs?: number | undefined;
  /**
   * Milliseconds of silence after which the other end is asked for a sign of life, and after as many
   * more given up as hung; 0: never. While its own code runs it gives none.
   */
  readonly heartbeatMs?: number | undefined;
}

const timeoutMsDefault = 30_000;
const heartbeatMsDefault = 10_000;
const doneCode = 1000;

export abstract class PortLink extends Caller implements LinkListener {
  /** Why it ended: the other end was closed, or is silent. */
  protected abstract readonly leftWords: string;
  protected abstract readonly silentWords: string;
  /** What this end serves. */
  readonly services = new Services();
  /** Fulfilled, with the reason, when it has ended: no call succeeds any more. */
  readonly closed: Promise<RpcError>;
  readonly #timeoutMs: number;
  readonly #loaded: Promise<Link>;
  #link: Link | undefined;
  #error: RpcError | undefined;
  #resolveClosed: (error: RpcError) => void = () => {};

  /** `end`: see client/abi.capnp. */
  constructor(end: number, { wasm, timeoutMs, heartbeatMs }: PortLinkOptions) {
    super();
    this.#timeoutMs = timeoutMs ?? timeoutMsDefault;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    const pingIntervalMs = wholeTimeoutMs(heartbeatMs ?? heartbeatMsDefault);
    this.#loaded = loadCore(wasm).then(({ core }) => {
      if (this.#error !== undefined) throw this.#error;
      this.#link = new Link(core, this, { end, pingIntervalMs });
      return this.#link;
    });
    this.#loaded.catch((thrown: unknown) => this.end(RpcError.from(thrown)));
  }

  /** Answers calls of the other end. */
  serve(service: Service): void {
    this.services.serve(service);
  }

  /** Ends it: calls in flight reject with `cancelled`. */
  close(): void {
    this.end(new RpcError("cancelled", "it was closed"));
  }

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
    return this.#loaded.then(({ calls }) => calls.call(method, params, timeoutMs, signal, more));
  }

  /** The other end has the other port. */
  protected async meet(port: MessagePort): Promise<void> {
    try {
      const link = await this.#loaded;
      if (this.#error !== undefined) throw this.#error;
      const left = () => this.end(new RpcError("unavailable", this.leftWords));
      link.connect(new EarlySocket(socketOver(port, left), "port:"));
    } catch {
      port.postMessage(null); // that it failed was said where it failed
      port.close();
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

  // --- what the link says ------------------------------------------------------------------

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
