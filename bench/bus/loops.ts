// SPDX-License-Identifier: Apache-2.0
// The loops that are timed, the same for every candidate, in a page and in a worker.
import { type Caller, meansOf, quantile, rateOf, timesOf } from "../page/timing.ts";
import type { BusConnection } from "./connection.ts";
import { checkOf, stamp } from "./payload.ts";

export interface BusLatency {
  readonly p50: number; // µs, as the two below
  readonly p99: number;
  readonly slowest: number;
  /** Calls a second. */
  readonly rate: number;
}

export interface BusLoops {
  latency(size: number, durationMs: number): Promise<BusLatency>;
  throughput(size: number, inFlight: number, durationMs: number): Promise<number>;
}

/** Below this a median of single calls would be a multiple of the clock's step, which is 5 µs. */
const clockIsFineUs = 100;
/** Then it is the median of means of so many calls in a row. */
const callsPerMean = 16;

export function loopsOf(connection: BusConnection): BusLoops {
  return {
    latency: (size, durationMs) => latency(callerOf(connection, size), durationMs),
    throughput(size, inFlight, durationMs) {
      const callers = Array.from({ length: inFlight }, () => callerOf(connection, size));
      return rateOf(callers, durationMs);
    },
  };
}

async function latency(caller: Caller<number>, durationMs: number): Promise<BusLatency> {
  const begin = performance.now();
  const timesUs = await timesOf(caller, durationMs);
  const rate = (timesUs.length / (performance.now() - begin)) * 1000;
  const [p99, slowest] = [quantile(timesUs, 0.99), quantile(timesUs, 1)];
  return { p50: medianOf(timesUs), p99, slowest, rate };
}

/** Finer than the clock. */
export function medianOf(timesUs: readonly number[]): number {
  const median = quantile(timesUs, 0.5);
  return median >= clockIsFineUs ? median : quantile(meansOf(timesUs, callsPerMean), 0.5);
}

/** Calls with payloads of its own, each other than the one before. */
export function callerOf(connection: BusConnection, size: number): Caller<number> {
  let sequence = 0;
  let expected = 0;
  return {
    call() {
      const payload = connection.take(size);
      stamp(payload, ++sequence);
      expected = checkOf(payload);
      return connection.call(payload);
    },
    check(answer) {
      if (answer !== expected) throw new Error(`answered ${answer} instead of ${expected}`);
    },
  };
}
