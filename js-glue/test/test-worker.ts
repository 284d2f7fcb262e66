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
  page: PageLink | undefined;
  isTerminated = false;
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
    this.page = page;
    run(page);
    for (const event of this.#missed ?? []) this.scope.dispatchEvent(event);
    this.#missed = undefined;
    return page;
  }

  /** Its script fails, as the browser tells it. */
  fail(message: string): void {
    this.dispatchEvent(Object.assign(new Event("error"), { message, filename: "w.js", lineno: 7 }));
  }

  /** It is ready, as it says, and never heard of again. */
  hang(): void {
    this.scope.addEventListener("message", () => {}); // it takes its port, and says nothing
    this.dispatchEvent(new MessageEvent("message", { data: { cortado: "ready" } }));
  }

  terminate(): void {
    this.isTerminated = true;
    this.page?.close();
  }
}
