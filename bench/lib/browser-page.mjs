// SPDX-License-Identifier: Apache-2.0
// What the two browsers share: a page that is polled, and a profile of their own in a folder that
// goes away with them.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export class BrowserPage {
  /** Evaluates until the value is not undefined: while a page loads, it may have no script yet. */
  async poll(expression, { timeoutMs = 15_000, everyMs = 20 } = {}) {
    const end = performance.now() + timeoutMs;
    let last = "nothing";
    while (performance.now() < end) {
      try {
        const value = await this.evaluate(expression);
        if (value !== undefined) return value;
      } catch (error) {
        // The blank page a new target starts with goes away under the expression.
        if (!/context|navigated/i.test(error.message)) throw error;
        last = error.message;
      }
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    throw new Error(`${expression} stayed undefined for ${timeoutMs} ms (${last})`);
  }
}

/** The path of an empty folder. */
export function newProfile() {
  return mkdtempSync(join(tmpdir(), "cortado-bench-"));
}

export function removeProfile(profile) {
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}

/** Resolves when a process that was just spawned runs; false when there is no such program. */
export function isSpawned(child) {
  return new Promise((resolve) => {
    child.once("spawn", () => resolve(true));
    child.once("error", () => resolve(false));
  });
}
