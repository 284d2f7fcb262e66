// SPDX-License-Identifier: Apache-2.0
// One call, as soon as the page can make it. This page, minified, is also what is weighed.
import { type Open, payload } from "./candidate.ts";

export interface Startup {
  /** ms from the navigation to the first script of the page, and to the answer. */
  readonly script: number;
  readonly answer: number;
}

declare global {
  var firstScriptMs: number;
  var startup: Startup | { readonly failure: string } | undefined;
}

export async function serveStartup(open: Open): Promise<void> {
  try {
    const connection = await open(location.origin);
    if ((await connection.call(payload)) !== payload) throw new Error("another answer");
    globalThis.startup = { script: globalThis.firstScriptMs, answer: performance.now() };
  } catch (error) {
    globalThis.startup = { failure: String(error) };
  }
}
