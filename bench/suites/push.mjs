// SPDX-License-Identifier: Apache-2.0
// A stream of small items from the server, read as fast as they come.
import { candidatesNamed } from "../lib/candidates.mjs";
import { measureRounds } from "../lib/rounds.mjs";

const names = [
  "push-ideal",
  "push-bare",
  "push-cortado",
  "push-cortado-loop",
  "push-cortado-fetch",
  "push-socket-io",
];
/** Enough that asking for them does not count. */
const itemCount = 20_000;
const durationMs = 500;

export const title = "Items of 64 bytes, pushed by the server";

export function run({ rounds = 11, only, progress }) {
  const measure = async (page) => {
    const value = await page.evaluate(`bench.pushes(${itemCount}, ${durationMs})`);
    return [{ metric: "rate", unit: "items/s", value }];
  };
  return measureRounds({
    candidates: candidatesNamed(names, only),
    cases: [{ name: "one stream", measure }],
    rounds,
    baseline: "push-ideal",
    progress,
  });
}
