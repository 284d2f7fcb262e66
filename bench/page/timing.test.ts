// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { type Caller, meansOf, quantile, rateOf, timesOf } from "./timing.ts";

/** Answers with the number of the call. */
function counting(wrongAt = Number.POSITIVE_INFINITY) {
  const state = { calls: 0, most: 0, open: 0 };
  const caller: Caller<number> = {
    async call() {
      state.open += 1;
      state.most = Math.max(state.most, state.open);
      state.calls += 1;
      await undefined;
      state.open -= 1;
      return state.calls;
    },
    check(answer) {
      if (answer >= wrongAt) throw new Error(`answered ${answer}`);
    },
  };
  return { caller, state };
}

test("quantiles are values that were measured, in whatever order they came", () => {
  const values = Array.from({ length: 101 }, (_, index) => (index * 37) % 101);
  expect(quantile(values, 0)).toBe(0);
  expect(quantile(values, 0.5)).toBe(50);
  expect(quantile(values, 0.99)).toBe(99);
  expect(quantile(values, 1)).toBe(100);
  expect(quantile([], 0.5)).toBeNaN();
});

test("means are of values in a row, and a rest has none", () => {
  expect(meansOf([0, 5, 5, 10, 0, 0, 7], 3)).toEqual([10 / 3, 10 / 3]);
  expect(meansOf([1, 2], 3)).toEqual([]);
});

test("times are of one call at a time, until the time is over", async () => {
  const { caller, state } = counting();
  const times = await timesOf(caller, 5);
  expect(times).toHaveLength(state.calls);
  expect(state.most).toBe(1);
  expect(times.reduce((sum, time) => sum + time)).toBeGreaterThanOrEqual(5000);
});

test("a rate has so many calls in flight, and none when it is told", async () => {
  const { caller, state } = counting();
  expect(await rateOf(Array(16).fill(caller), 5)).toBeGreaterThan(0);
  expect(state.most).toBe(16);
  expect(state.open).toBe(0);
});

test("a wrong answer ends a measurement", async () => {
  await expect(timesOf(counting(3).caller, 1000)).rejects.toThrow("answered 3");
  await expect(rateOf([counting(3).caller], 1000)).rejects.toThrow("answered 3");
});
