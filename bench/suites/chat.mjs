// SPDX-License-Identifier: Apache-2.0
// A stream each way, in which every item comes back: how many a second, and how long one takes.
import { candidatesNamed } from "../lib/candidates.mjs";
import { measureRounds } from "../lib/rounds.mjs";

const names = [
  "chat-ideal",
  "chat-bare",
  "chat-cortado",
  "chat-cortado-loop",
  "chat-capnweb",
  "chat-socket-io",
];
/** Enough that opening a stream does not count. */
const itemCount = 20_000;
const durationMs = 500;

const fullCase = {
  name: "full",
  measure: async (page) => {
    const value = await page.evaluate(`bench.chats(${itemCount}, ${durationMs})`);
    return [{ metric: "rate", unit: "items/s", value }];
  },
};

const latencyCase = {
  name: "1 at a time",
  measure: async (page) => {
    const { p50, p99 } = await page.evaluate(`bench.chatLatency(${durationMs})`);
    return [
      { metric: "p50", unit: "µs", value: p50 },
      { metric: "p99", unit: "µs", value: p99 },
    ];
  },
};

export const title = "Items of 64 bytes, page to server and back in one stream";

export function run({ rounds = 11, only, progress }) {
  return measureRounds({
    candidates: candidatesNamed(names, only),
    cases: [fullCase, latencyCase],
    rounds,
    baseline: "chat-ideal",
    progress,
  });
}
