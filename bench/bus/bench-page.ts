// SPDX-License-Identifier: Apache-2.0
// The page of a candidate: it runs the loops itself, or has a worker run them that calls another.
import { offer } from "../page/offer.ts";
import type { BusCandidate } from "./connection.ts";
import { type BusLoops, loopsOf } from "./loops.ts";
import { loopsIn } from "./remote-loops.ts";

/** Where the caller is; who is called is always a worker. */
export interface BusBench {
  readonly page: BusLoops;
  readonly worker: BusLoops;
}

/** Opens both connections and offers the loops. */
export function serveBusBench({ open, introduce }: BusCandidate): Promise<void> {
  return offer(async (): Promise<BusBench> => {
    const script = new URL("callee.js", location.href);
    const caller = new Worker(new URL("caller.js", location.href), { type: "module" });
    introduce?.(caller, script);
    const worker = await loopsIn(caller);
    return { page: loopsOf(await open(script)), worker };
  });
}
