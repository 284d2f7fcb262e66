// SPDX-License-Identifier: Apache-2.0
// When to do the next thing.

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** After `ms`, or with the next frame for 0; never while nobody looks at the page. */
export async function nextTurn(ms: number): Promise<void> {
  if (ms > 0) await pause(ms);
  else await new Promise((resolve) => requestAnimationFrame(resolve));
  while (document.hidden) {
    await new Promise((resolve) =>
      document.addEventListener("visibilitychange", resolve, { once: true }),
    );
  }
}
