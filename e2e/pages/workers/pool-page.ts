// SPDX-License-Identifier: Apache-2.0
// What the tests of pools do in their pages.
import {
  type CrewOptions,
  connectWorker,
  type WorkerPoolOptions,
  watchManifest,
  workerPool,
} from "cortado/workers";
import { ProbeClient } from "../../generated/probe.cortado.ts";
import { outcome } from "./page.ts";

/** Makes workers whose address ends so, and keeps them. */
export function nursery(query: string) {
  const workers: Worker[] = [];
  const make = (): Worker => {
    const worker = new Worker(`/workers/pool.worker.js?${query}`, { type: "module" });
    workers.push(worker);
    return worker;
  };
  return { workers, make };
}

export function pooled(query: string, options: WorkerPoolOptions) {
  const { workers, make } = nursery(query);
  const pool = workerPool(make, options);
  return { pool, workers, probe: new ProbeClient(pool) };
}

export function supervised(query: string, options: CrewOptions = {}) {
  const { workers, make } = nursery(query);
  const link = connectWorker(make, options);
  /** With why the worker ended, where it did. */
  const events: string[] = [];
  link.onRestart(({ state, error }) => {
    events.push(error === undefined ? state : `${state}: ${error.reason}`);
  });
  return { link, workers, events, probe: new ProbeClient(link) };
}

/** Calls by some at a time until stop(), which gives what each ended with. */
export function load(probe: ProbeClient, atOnce: number) {
  const ends: string[] = [];
  let isOver = false;
  let reached: { readonly count: number; readonly tell: () => void } | undefined;
  const run = async (): Promise<void> => {
    while (!isOver) {
      ends.push(await versionOf(probe.digest({ data: new Uint8Array(ends.length % 1000) })));
      if (reached !== undefined && ends.length >= reached.count) reached.tell();
    }
  };
  const runs = Array.from({ length: atOnce }, run);
  return {
    /** Fulfilled when so many more have ended. */
    more: (count: number) =>
      new Promise<void>((tell) => {
        reached = { count: ends.length + count, tell };
      }),
    async stop(): Promise<string[]> {
      isOver = true;
      await Promise.all(runs);
      return ends;
    },
  };
}

/** The version that a call was answered by, or its error. */
export async function versionOf(call: Promise<{ sum: number }>): Promise<string> {
  const failed = await outcome(call);
  return failed === "settled" ? `${(await call).sum}` : failed;
}

export { outcome, watchManifest };
