// SPDX-License-Identifier: Apache-2.0
// A worker's end: what the worker serves is called by the page, and the page may be called.
import type { Participant } from "../bus/participant.ts";
import { endThatConnects, type RpcError } from "../index.ts";
import { LocalLink, type LocalLinkOptions } from "./local-link.ts";
import { meetPage, type WorkerScope } from "./meet-page.ts";

export class PageLink extends LocalLink {
  protected override readonly leftWords = "the page has left";
  protected override readonly silentWords = "the page hangs: it gives no sign of life";
  #participant: Participant | undefined;

  /** For connectPage(). */
  constructor(scope: WorkerScope, options: LocalLinkOptions) {
    super(endThatConnects, options);
    meetPage(scope, this.services, ({ port, bus }) => {
      this.#participant = bus?.participant;
      void (bus === undefined
        ? this.meetByPort(port)
        : this.meetOnBus(port, bus.participant, bus.other));
    });
  }

  /** The shared memory, for modules of the worker's own; undefined over ports. */
  get memory(): WebAssembly.Memory | undefined {
    return this.#participant?.segment.memory;
  }

  protected override end(error: RpcError): void {
    super.end(error);
    setTimeout(() => this.#participant?.leave()); // when its last messages have left
  }
}

/**
 * The page that has made this worker, as a channel for generated clients; serve() says what the page
 * may call: `connectPage().serve(imagingService({ ... }))`.
 */
export function connectPage(options: LocalLinkOptions = {}): PageLink {
  return new PageLink(globalThis as unknown as WorkerScope, options);
}
