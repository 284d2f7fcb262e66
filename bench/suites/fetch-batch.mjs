// SPDX-License-Identifier: Apache-2.0
// JSON-RPC over fetch: 1,000 calls made in one turn, all answered before the next turn.
import { candidatesNamed } from "../lib/candidates.mjs";
import { measureRounds } from "../lib/rounds.mjs";

const names = ["json-ideal", "cortado-fetch", "capnweb-batch", "json-node"];
const batchSize = 1000;
const durationMs = 500;

export const title = `Batches of ${batchSize} calls over fetch`;

export function run({ rounds = 15, only, progress }) {
  const measure = async (page) => {
    const value = await page.evaluate(`bench.bursts(${batchSize}, ${durationMs})`);
    return [{ metric: "rate", unit: "calls/s", value }];
  };
  return measureRounds({
    candidates: candidatesNamed(names, only),
    cases: [{ name: `batch of ${batchSize}`, measure }],
    rounds,
    baseline: "json-ideal",
    progress,
  });
}
