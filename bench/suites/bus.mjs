// SPDX-License-Identifier: Apache-2.0
// Calls to a worker, by a page and by another worker: how long one takes alone, and how many there
// are a second, with payloads from 64 bytes to 64 MiB.
import { buildNative } from "../lib/build.mjs";
import { buildBusPages, busPagesFolder } from "../lib/bus-pages.mjs";
import { candidatesNamed } from "../lib/candidates.mjs";
import { measureRounds } from "../lib/rounds.mjs";

const names = [
  "bus-ideal",
  "bus-spin",
  "bus-cortado",
  "bus-cortado-in-place",
  "bus-cortado-sync",
  "bus-cortado-port",
  "bus-post-message",
  "bus-transfer",
  "bus-comlink",
  "bus-comlink-transfer",
  "bus-coincident",
  "bus-coincident-transfer",
  "bus-ringbuf",
];

/**
 * `inFlight`: beside one at a time; together never more than 64 MiB. `tail`: what is told of those
 * that are slow; of a few calls there is no p99. `durationMs`: of each measurement.
 */
const sizes = [
  { name: "64 B", bytes: 64, inFlight: [16, 100], tail: "p99", durationMs: 80 },
  { name: "4 KiB", bytes: 4 << 10, inFlight: [16, 100], tail: "p99", durationMs: 80 },
  { name: "1 MiB", bytes: 1 << 20, inFlight: [16], tail: "p99", durationMs: 200 },
  { name: "64 MiB", bytes: 64 << 20, inFlight: [], tail: "slowest", durationMs: 300 },
];

/** Where the caller is. */
const places = [
  { name: "page", words: "page to worker" },
  { name: "worker", words: "worker to worker" },
];

function latencyCase(place, { name, bytes, tail, durationMs }) {
  return {
    name: `${place.words}, ${name}`,
    isFor: takesPart(place, bytes),
    measure: async (page) => {
      const latency = await page.evaluate(`bench.${place.name}.latency(${bytes}, ${durationMs})`);
      return [
        { metric: "p50", unit: "µs", value: latency.p50 },
        { metric: tail, unit: "µs", value: latency[tail] },
        { metric: "1 in flight", unit: "calls/s", value: latency.rate },
      ];
    },
  };
}

function throughputCase(place, { name, bytes, durationMs }, inFlight) {
  return {
    name: `${place.words}, ${name}`,
    isFor: takesPart(place, bytes),
    measure: async (page) => {
      const value = await page.evaluate(
        `bench.${place.name}.throughput(${bytes}, ${inFlight}, ${durationMs})`,
      );
      return [{ metric: `${inFlight} in flight`, unit: "calls/s", value }];
    },
  };
}

function takesPart(place, bytes) {
  return ({ places: only, sizeMin = 0 }) =>
    bytes >= sizeMin && (only?.includes(place.name) ?? true);
}

export const title = "A call to a worker, which looks at the payload and answers with a number";

export const browsers = ["chromium", "firefox"];

export function run({ rounds = 15, only, browser, progress }) {
  const cases = places.flatMap((place) =>
    sizes.flatMap((size) => [
      latencyCase(place, size),
      ...size.inFlight.map((inFlight) => throughputCase(place, size, inFlight)),
    ]),
  );
  return measureRounds({
    candidates: candidatesNamed(names, only),
    cases,
    rounds,
    baseline: "bus-ideal",
    progress,
    setting: { pages: busPages, browserName: browser },
  });
}

const busPages = {
  folder: busPagesFolder,
  async build(candidates) {
    await buildNative("bench_bus_schema");
    await buildBusPages(candidates);
  },
};
