// SPDX-License-Identifier: Apache-2.0
// A worker's end: what the worker serves is called by the page, and the page may be called.
import { endThatConnects } from "../index.ts";
import { isWelcome, type Ready } from "./greeting.ts";
import { PortLink, type PortLinkOptions } from "./port-link.ts";

/** What is used of a worker's global scope. */
export interface WorkerScope {
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: MessageEvent<unknown>) => void): void;
  removeEventListener(type: "message", listener: (event: MessageEvent<unknown>) => void): void;
}

export class PageLink extends PortLink {
  protected override readonly leftWords = "the page has left";
  protected override readonly silentWords = "the page hangs: it gives no sign of life";
  readonly #scope: WorkerScope;

  /** For connectPage(). */
  constructor(scope: WorkerScope, options: PortLinkOptions) {
    super(endThatConnects, options);
    this.#scope = scope;
    scope.addEventListener("message", this.#onMessage);
    void this.#sayReady();
  }

  async #sayReady(): Promise<void> {
    const ready: Ready = { cortado: "ready", lock: await heldLock() };
    this.#scope.postMessage(ready);
  }

  readonly #onMessage = ({ data }: MessageEvent<unknown>): void => {
    if (!isWelcome(data)) return; // the user's own
    this.#scope.removeEventListener("message", this.#onMessage);
    void this.meet(data.port);
  };
}

/** The name of a lock of this worker's own, which it holds until it ends. */
function heldLock(): Promise<string | undefined> {
  const locks = globalThis.navigator?.locks;
  if (locks === undefined) return Promise.resolve(undefined);
  const name = `cortado.worker.${crypto.randomUUID()}`;
  return new Promise((resolve) => {
    void locks.request(name, () => {
      resolve(name);
      return new Promise(() => {});
    });
  });
}

/**
 * The page that has made this worker, as a channel for generated clients; serve() says what the page
 * may call: `connectPage().serve(imagingService({ ... }))`.
 */
export function connectPage(options: PortLinkOptions = {}): PageLink {
  return new PageLink(globalThis as unknown as WorkerScope, options);
}
