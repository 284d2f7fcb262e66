// SPDX-License-Identifier: Apache-2.0
// How a worker that answers by hand gets its shared memory: with one message, before it blocks.

/** Starts the worker of `script` on `memory`; resolves when it listens. */
export async function startOn(script: URL, memory: unknown): Promise<void> {
  const worker = new Worker(script, { type: "module" });
  const ready = new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = ({ message }) => reject(new Error(`the worker did not start: ${message}`));
  });
  worker.postMessage(memory);
  await ready;
}

/** In the worker: runs `serve`, which never returns. */
export function serveOn<Memory>(serve: (memory: Memory) => never): void {
  addEventListener("message", ({ data }: MessageEvent<Memory>) => {
    postMessage("ready");
    serve(data);
  });
}
