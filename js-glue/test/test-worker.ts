// SPDX-License-Identifier: Apache-2.0
// What tests of cortado/workers need in one thread: a worker that is none, and the bus.
import { readFileSync } from "node:fs";
import type { WorkerScope } from "../src/workers/meet-page.ts";

export const busModule = new WebAssembly.Module(
  readFileSync(new URL("../dist/bus.wasm", import.meta.url)),
);

/** A worker whose script runs when start() says so. */
export class TestWorker extends EventTarget {
  readonly scope = new EventTarget();
  #missed: Event[] | undefined = [];

  /** From the page. */
  postMessage(data: unknown): void {
    const event = new MessageEvent("message", { data });
    if (this.#missed === undefined) this.scope.dispatchEvent(event);
    else this.#missed.push(event);
  }

  start<T>(run: (scope: WorkerScope) => T): T {
    const scope = Object.assign(this.scope, {
      postMessage: (data: unknown) => this.dispatchEvent(new MessageEvent("message", { data })),
    });
    const started = run(scope as unknown as WorkerScope);
    for (const event of this.#missed ?? []) this.scope.dispatchEvent(event);
    this.#missed = undefined;
    return started;
  }
}
