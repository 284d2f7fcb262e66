// SPDX-License-Identifier: Apache-2.0
// Calls by postMessage: [slot, payload] goes, [slot, answer] comes.

type Call = readonly [slot: number, payload: Uint8Array<ArrayBuffer>];
type Answer<T> = readonly [slot: number, value: T];

/** Calls the worker of `script`; what is in `moved` is moved there, not copied. */
export function postingTo<T>(script: URL) {
  const worker = new Worker(script, { type: "module" });
  const resolvers: ((value: T) => void)[] = [];
  const freeSlots: number[] = [];
  worker.onmessage = ({ data: [slot, value] }: MessageEvent<Answer<T>>) => {
    freeSlots.push(slot);
    resolvers[slot]?.(value);
  };
  return (payload: Uint8Array, moved: Transferable[]): Promise<T> => {
    const slot = freeSlots.pop() ?? resolvers.length;
    worker.postMessage([slot, payload], moved);
    return new Promise((resolve) => {
      resolvers[slot] = resolve;
    });
  };
}

/** In the worker. */
export function servePosts<T>(
  answer: (payload: Call[1]) => { readonly value: T; readonly moved: Transferable[] },
): void {
  addEventListener("message", ({ data: [slot, payload] }: MessageEvent<Call>) => {
    const { value, moved } = answer(payload);
    const message: Answer<T> = [slot, value];
    postMessage(message, { transfer: moved });
  });
}
