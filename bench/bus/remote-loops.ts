// SPDX-License-Identifier: Apache-2.0
// Loops that run in a worker and are started from the page, one at a time: two messages for each,
// none while it is timed.
import { failureOf } from "../page/offer.ts";
import type { BusCandidate } from "./connection.ts";
import { type BusLoops, loopsOf } from "./loops.ts";

type Name = keyof BusLoops;

interface Start {
  readonly name: Name;
  readonly parameters: readonly unknown[];
}

type Outcome = { readonly value: unknown } | { readonly failure: string };

/** The page's end; resolves when the worker's connection is open. */
export async function loopsIn(worker: Worker): Promise<BusLoops> {
  await outcomeOf(worker);
  const run = (name: Name, parameters: readonly unknown[]) => {
    const start: Start = { name, parameters };
    worker.postMessage(start);
    return outcomeOf(worker);
  };
  return {
    latency: (...parameters) => run("latency", parameters) as ReturnType<BusLoops["latency"]>,
    throughput: (...parameters) =>
      run("throughput", parameters) as ReturnType<BusLoops["throughput"]>,
  };
}

function outcomeOf(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Outcome>) => {
      if ("value" in data) resolve(data.value);
      else if ("failure" in data) reject(new Error(data.failure));
      // Else it is a candidate's own.
    };
    worker.onerror = ({ message, filename, lineno }) =>
      reject(new Error(`${message} (${filename}:${lineno})`));
  });
}

/** The worker's end. */
export async function serveLoops({ open }: BusCandidate): Promise<void> {
  const script = new URL("callee.js", location.href);
  const loops = await outcome(async () => loopsOf(await open(script)));
  const tell = (message: Outcome) => postMessage(message);
  if (!("value" in loops)) {
    tell(loops);
    return;
  }
  addEventListener("message", async ({ data }: MessageEvent<Start>) => {
    if (!(data.name in loops.value)) return; // a candidate's own
    const run: (...parameters: never[]) => Promise<unknown> = loops.value[data.name];
    tell(await outcome(() => run(...(data.parameters as never[])))); // as the page's end has typed
  });
  tell({ value: undefined });
}

async function outcome<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly failure: string }> {
  try {
    return { value: await work() };
  } catch (error) {
    return { failure: failureOf(error) };
  }
}
