// SPDX-License-Identifier: Apache-2.0
// One small typed call: how long it takes alone, and how many there are a second with many in flight.
import { candidatesNamed } from "../lib/candidates.mjs";
import { measureRounds } from "../lib/rounds.mjs";

const names = [
  "ideal",
  "bare-echo",
  "cortado",
  "cortado-fetch",
  "rpc-websockets",
  "socket-io",
  "capnweb",
  "capnweb-batch",
  "json-ideal",
  "json-node",
  "connect",
];
const durationMs = 400;

const latencyCase = {
  name: "1 at a time",
  measure: async (page) => {
    const { p50, p90, p99 } = await page.evaluate(`bench.latency(${durationMs})`);
    return [
      { metric: "p50", unit: "µs", value: p50 },
      { metric: "p90", unit: "µs", value: p90 },
      { metric: "p99", unit: "µs", value: p99 },
    ];
  },
};

function throughputCase(inFlight) {
  return {
    name: `${inFlight} in flight`,
    measure: async (page) => {
      const value = await page.evaluate(`bench.throughput(${inFlight}, ${durationMs})`);
      return [{ metric: "rate", unit: "calls/s", value }];
    },
  };
}

export const title = "One typed call of 64 bytes, page to server and back";

export function run({ rounds = 11, only, progress }) {
  return measureRounds({
    candidates: candidatesNamed(names, only),
    cases: [latencyCase, ...[1, 16, 256, 1000].map(throughputCase)],
    rounds,
    baseline: "ideal",
    progress,
  });
}
