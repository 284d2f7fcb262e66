// SPDX-License-Identifier: Apache-2.0
// How a page offers its loops to lib/rounds.mjs, or says why it has none.

declare global {
  var bench: unknown;
  var benchFailure: string | undefined;
}

export async function offer(open: () => Promise<unknown>): Promise<void> {
  try {
    globalThis.bench = await open();
  } catch (error) {
    globalThis.benchFailure = failureOf(error);
  }
}

export function failureOf(error: unknown): string {
  return error instanceof Error ? `${error.message}\n${error.stack}` : String(error);
}
