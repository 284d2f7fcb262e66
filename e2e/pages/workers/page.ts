// SPDX-License-Identifier: Apache-2.0
// What the tests of workers do in their pages, again and again.
import { RpcError } from "cortado";
import { type Bus, connectWorker, openBus, type WorkerLinkOptions } from "cortado/workers";
import { FeedClient, type PageService, pageService } from "../../generated/feed.cortado.ts";
import { ProbeClient } from "../../generated/probe.cortado.ts";
import type { Task } from "./caller.worker.ts";
import type { Order } from "./probe.worker.ts";

export interface StartOptions extends WorkerLinkOptions {
  /** How it begins: the query of its address, as probe.worker.ts reads it. */
  readonly how?: string;
}

/** A worker and all that is to be done with it. */
export type Started = ReturnType<typeof start>;

export function start({ how = "", ...options }: StartOptions = {}) {
  const worker = new Worker(`/workers/probe.worker.js?${how}`, { type: "module" });
  const link = connectWorker(worker, options);
  return {
    worker,
    link,
    probe: new ProbeClient(link),
    feed: new FeedClient(link),
    order: (order: Order) => worker.postMessage({ order }),
  };
}

/** One that has answered already, over what is expected in this page. */
export async function started(options: StartOptions = {}): Promise<Started> {
  const made = start(options);
  await made.probe.count({});
  const isShared = crossOriginIsolated && options.bus !== "none";
  if (made.link.carrier !== (isShared ? "bus" : "port")) throw new Error(`${made.link.carrier}`);
  return made;
}

/** A worker that calls others, and what it has to tell of that: see caller.worker.ts. */
export function startCaller(name: string, query = "") {
  const url = `/workers/caller.worker.js?${query}`;
  const worker = new Worker(url, { type: "module", name });
  const link = connectWorker(worker);
  const run = (task: Task["task"], repeat = 1, done?: Int32Array): Promise<string[]> =>
    new Promise((resolve) => {
      const listen = ({ data }: MessageEvent<{ told?: string[] }>): void => {
        if (data.told === undefined) return;
        worker.removeEventListener("message", listen);
        resolve(data.told);
      };
      worker.addEventListener("message", listen);
      worker.postMessage({ task, repeat, ...(done && { done }) });
    });
  return { worker, link, run };
}

/** The worker's event loop is blocked; fulfilled when that is over. */
export function hang({ worker, order }: Started, hangMs: number): Promise<unknown> {
  order({ hangMs });
  return new Promise((resolve) => {
    worker.addEventListener("message", ({ data }) => data === "awake" && resolve(data));
  });
}

/** What a promise rejects with, as text, and "settled" when it does not. */
export async function outcome(promise: PromiseLike<unknown>): Promise<string> {
  try {
    await promise;
    return "settled";
  } catch (thrown) {
    if (thrown instanceof RpcError) return thrown.message;
    return `no RpcError: ${String(thrown)}`;
  }
}

/** As Probe.produce gives them. */
export function pattern(size: number): Uint8Array {
  return fill(new Uint8Array(size));
}

export function fill(bytes: Uint8Array): Uint8Array {
  for (let index = 0; index < bytes.length; index += 1) bytes[index] = index % 251;
  return bytes;
}

/** Of the pattern. */
export function sumOf(size: number): number {
  const rest = size % 251;
  return (((size - rest) / 251) * (125 * 251) + (rest * (rest - 1)) / 2) % 2 ** 32;
}

export function isPattern(bytes: Uint8Array): boolean {
  return bytes.every((byte, index) => byte === index % 251);
}

export async function* numbers(to: number, paddingSize = 0) {
  const padding = new Uint8Array(paddingSize);
  for (let value = 0; value < to; value += 1) yield { value: BigInt(value), padding };
}

/** What a page serves. */
export function pageServer() {
  const served: PageService = {
    add: ({ left, right }) => ({ sum: left + right }),
    count: ({ to }) => numbers(Number(to)),
  };
  return pageService(served);
}

export { type Bus, openBus };
