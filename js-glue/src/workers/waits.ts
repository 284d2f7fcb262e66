// SPDX-License-Identifier: Apache-2.0
// Which workers wait for which in callSync() by way of the page, so that none waits for itself.
import { deadlockError } from "./local-link.ts";

export interface Waiting {
  readonly name: string;
  /** It waits for the page in callSync(). */
  readonly isBlocked: boolean;
}

/** Calls on their way: who made them, to whom they are. */
const waits = new Set<{ readonly from: Waiting; readonly to: Waiting }>();

/**
 * `from` calls `to`. Throws when it blocks for that, and who it calls blocks for it. What it returns is
 * to be called when there is an answer.
 */
export function noteWait(from: Waiting, to: Waiting): () => void {
  const way = from.isBlocked ? blockedWay(to, from, []) : undefined;
  if (way !== undefined) throw deadlockError([from, ...way].map(({ name }) => name));
  const wait = { from, to };
  waits.add(wait);
  return () => waits.delete(wait);
}

/** From one that blocks to who it waits for, and so on, to `end`. */
function blockedWay(begin: Waiting, end: Waiting, seen: Waiting[]): Waiting[] | undefined {
  if (begin === end) return [end];
  if (!begin.isBlocked || seen.includes(begin)) return undefined;
  for (const { from, to } of waits) {
    const way = from === begin ? blockedWay(to, end, [...seen, begin]) : undefined;
    if (way !== undefined) return [begin, ...way];
  }
  return undefined;
}
