// SPDX-License-Identifier: Apache-2.0
// What a page offers to the other end: services it serves, and readers of topics. What answers calls
// is loaded when there is something to answer with, or a call; few pages serve any.
import type { Service } from "./codec/index.ts";
import type { ServedMethod } from "./served-calls.ts";
import { Topics } from "./topics.ts";

export type FindServed = (
  interfaceIdLow: number,
  interfaceIdHigh: number,
  ordinal: number,
  kind: number,
) => ServedMethod | undefined;

export class Services {
  readonly topics = new Topics();
  /** Who answers calls of methods that nobody here serves. */
  fallback: FindServed | undefined;
  readonly #served: Service[] = [];

  serve(service: Service): void {
    this.#served.push(service);
    this.load().catch(() => {}); // the first call tries again, and says so when it fails
  }

  /** What answers calls. */
  load(): Promise<typeof import("./serving.ts")> {
    return import("./serving.ts");
  }

  /** As they were given: where two have the same method, the later one's counts. */
  get served(): readonly Service[] {
    return this.#served;
  }
}
