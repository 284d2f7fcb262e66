// SPDX-License-Identifier: Apache-2.0
// A worker's end: what the worker serves is called by the page, and by other workers; and it may call
// what the page serves, or other workers, or the server that the page is connected to.
import type { Participant } from "../bus/participant.ts";
import {
  type CallMore,
  endThatConnects,
  type MethodDescriptor,
  type RpcError,
  type Service,
} from "../index.ts";
import { fromPage, keyOf, type PeerOffer, type Serves } from "./greeting.ts";
import { LocalLink, type LocalLinkOptions } from "./local-link.ts";
import { meetPage, type WorkerScope } from "./meet-page.ts";
import { PeerLink } from "./peer-link.ts";
import { signaturesOf } from "./signatures.ts";

export class PageLink extends LocalLink {
  protected override readonly leftWords = "the page has left";
  protected override readonly silentWords = "the page hangs: it gives no sign of life";
  readonly #scope: WorkerScope;
  readonly #options: LocalLinkOptions;
  readonly #peers = new Map<number, PeerLink>();
  /** Who serves an interface, where that is not the page's to find out. */
  readonly #routes = new Map<string, PeerLink>();
  #participant: Participant | undefined;

  /** For connectPage(). */
  constructor(scope: WorkerScope, options: LocalLinkOptions) {
    super(endThatConnects, options, "the page");
    this.#scope = scope;
    this.#options = options;
    meetPage(scope, ({ port, bus }) => {
      this.#participant = bus?.participant;
      scope.addEventListener("message", this.#onMessage);
      // When its last messages have left; at once, when it has ended before it met the page.
      void this.closed.then(() => setTimeout(() => bus?.participant.leave()));
      void (bus === undefined
        ? this.meetByPort(port)
        : this.meetOnBus(port, bus.participant, bus.other));
    });
  }

  /** The shared memory, for modules of the worker's own; undefined over ports. */
  get memory(): WebAssembly.Memory | undefined {
    return this.#participant?.segment.memory;
  }

  /** Answers calls of the page's, and of other workers'. */
  override serve(service: Service): void {
    super.serve(service);
    const methods = Object.values<MethodDescriptor<never, unknown>>(service.descriptor.methods);
    const keys = methods.map(({ interfaceIdLow, interfaceIdHigh }) =>
      keyOf(interfaceIdLow, interfaceIdHigh),
    );
    const interfaces = [...new Set(keys)];
    const serves: Serves = { cortado: "serves", interfaces, methods: signaturesOf([service]) };
    this.#scope.postMessage(serves);
  }

  // --- other workers ---------------------------------------------------------------------------

  protected override stream<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    more?: CallMore,
  ): Promise<R> {
    return this.linkFor(method).callHere(method, params, timeoutMs, signal, more);
  }

  protected override linkFor<P, R>({
    interfaceIdLow,
    interfaceIdHigh,
  }: MethodDescriptor<P, R>): LocalLink {
    if (this.#routes.size === 0) return this;
    return this.#routes.get(keyOf(interfaceIdLow, interfaceIdHigh)) ?? this;
  }

  readonly #onMessage = ({ data }: MessageEvent<unknown>): void => {
    const message = fromPage(data);
    if (message?.cortado === "peer") this.#meetPeer(message);
    else if (message?.cortado === "leaving") this.#unroute(this.#peers.get(message.id));
    else if (message?.cortado === "gone") this.#peers.get(message.id)?.close();
  };

  #meetPeer(offer: PeerOffer): void {
    const { id, port, place, interfaces } = offer;
    const peer = new PeerLink(offer, this.#options, this.services);
    this.#peers.set(id, peer);
    void peer.meet(port, this.#participant, place);
    void peer.ready.then((isReady) => {
      if (isReady) for (const key of interfaces) this.#routes.set(key, peer);
    });
    void peer.closed.then(() => {
      this.#peers.delete(id);
      this.#unroute(peer);
    });
  }

  /** Calls that it has got go on; the next one asks the page. */
  #unroute(peer: PeerLink | undefined): void {
    for (const [key, each] of this.#routes) if (each === peer) this.#routes.delete(key);
  }

  protected override end(error: RpcError): void {
    super.end(error);
    this.#scope.removeEventListener("message", this.#onMessage);
    for (const peer of this.#peers.values()) peer.close();
  }
}

/** A worker has one page. */
let pageLink: PageLink | undefined;

/**
 * The page that has made this worker, as a channel for generated clients; serve() says what the page
 * and other workers may call: `connectPage().serve(imagingService({ ... }))`. What it is asked for and
 * does not serve itself, a worker that does, or the server answers. The options are those of the first
 * call: every other one gives the same link.
 */
export function connectPage(options: LocalLinkOptions = {}): PageLink {
  pageLink ??= new PageLink(globalThis as unknown as WorkerScope, options);
  return pageLink;
}
