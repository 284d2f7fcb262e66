// SPDX-License-Identifier: Apache-2.0
// A worker in the page's own thread, whose script runs when start() says so: what passes between the
// two is as between threads, but for time.
import { readFileSync } from "node:fs";
import type { LocalLinkOptions } from "../src/workers/local-link.ts";
import { PageLink } from "../src/workers/page-link.ts";
import { wasm } from "./connected.ts";

export const busModule = new WebAssembly.Module(
  readFileSync(new URL("../dist/bus.wasm", import.meta.url)),
);

export class TestWorker extends EventTarget {
  readonly scope: EventTarget & { readonly name: string };
  #missed: Event[] | undefined = [];

  constructor(name = "") {
    super();
    this.scope = Object.assign(new EventTarget(), { name });
  }

  /** What connectWorker() takes. */
  get asWorker(): Worker {
    return this as unknown as Worker;
  }

  /** From the page. */
  postMessage(data: unknown): void {
    const event = new MessageEvent("message", { data });
    if (this.#missed === undefined) this.scope.dispatchEvent(event);
    else this.#missed.push(event);
  }

  start(run: (page: PageLink) => void, options: LocalLinkOptions = { wasm }): PageLink {
    const scope = Object.assign(this.scope, {
      postMessage: (data: unknown) => this.dispatchEvent(new MessageEvent("message", { data })),
    });
    const page = new PageLink(scope as ConstructorParameters<typeof PageLink>[0], options);
    run(page);
    for (const event of this.#missed ?? []) this.scope.dispatchEvent(event);
    this.#missed = undefined;
    return page;
  }
}
