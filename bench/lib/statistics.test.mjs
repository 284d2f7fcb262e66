// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { median, orderOf, Samples } from "./statistics.mjs";

test("the median of an even number of values lies between the two in the middle", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([10, 1, 3, 2])).toBe(2.5);
});

test("every candidate is first in some round, and has different neighbours", () => {
  const rounds = [0, 1, 2, 3, 4, 5].map((round) => orderOf(["a", "b", "c"], round).join(""));
  expect(new Set(rounds.map((order) => order[0]))).toEqual(new Set(["a", "b", "c"]));
  expect(new Set(rounds).size).toBe(6);
});

test("a ratio is the median of the rounds' ratios, not the ratio of the medians", () => {
  const samples = new Samples();
  const row = { case: "one", metric: "time", unit: "ms" };
  // The machine was ten times slower in the third round: for both.
  for (const value of [1, 2, 30]) samples.add({ ...row, candidate: "ideal" }, value);
  for (const value of [2, 4, 60]) samples.add({ ...row, candidate: "ours" }, value);
  const rows = samples.rows([{ name: "ours" }, { name: "ideal" }], "ideal");
  expect(rows).toEqual([
    { ...row, candidate: "ours", min: 2, median: 4, max: 60, baseline: "ideal", ratio: 2 },
    { ...row, candidate: "ideal", min: 1, median: 2, max: 30, baseline: "ideal", ratio: 1 },
  ]);
});

test("without its baseline in the run a candidate has no ratio", () => {
  const samples = new Samples();
  samples.add({ candidate: "ours", case: "one", metric: "time", unit: "ms" }, 1);
  expect(samples.rows([{ name: "ours" }], "ideal")[0].ratio).toBeNull();
});

test("what is no number is an error that says whose", () => {
  const row = { candidate: "ours", case: "one", metric: "p50", unit: "µs" };
  expect(() => new Samples().add(row, Number.NaN)).toThrow("ours, one, p50");
});
