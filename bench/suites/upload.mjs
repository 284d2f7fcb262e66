// SPDX-License-Identifier: Apache-2.0
// A stream of small items from the page, sent as fast as they are taken, and one answer at the end.
import { candidatesNamed } from "../lib/candidates.mjs";
import { measureRounds } from "../lib/rounds.mjs";

const names = [
  "upload-ideal",
  "upload-bare",
  "upload-cortado",
  "upload-cortado-async",
  "upload-capnweb",
  "upload-socket-io",
];
/** Enough that the answer does not count. */
const itemCount = 20_000;
const durationMs = 500;

export const title = "Items of 64 bytes, sent by the page";

export function run({ rounds = 11, only, progress }) {
  const measure = async (page) => {
    const value = await page.evaluate(`bench.uploads(${itemCount}, ${durationMs})`);
    return [{ metric: "rate", unit: "items/s", value }];
  };
  return measureRounds({
    candidates: candidatesNamed(names, only),
    cases: [{ name: "one stream", measure }],
    rounds,
    baseline: "upload-ideal",
    progress,
  });
}
