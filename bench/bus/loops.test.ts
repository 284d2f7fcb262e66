// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { calling } from "./connection.ts";
import { callerOf, medianOf } from "./loops.ts";
import { checkOf } from "./payload.ts";

test("a median is finer than the clock's step where times are short", () => {
  // 2 µs, by a clock that steps by 5.
  const times = Array.from({ length: 1600 }, (_, call) => (call % 5 < 2 ? 5 : 0));
  expect(medianOf(times)).toBeCloseTo(2, 0);
  expect(medianOf([100, 105, 110])).toBe(105);
});

test("a caller notices an answer to another call", async () => {
  const { call, check } = callerOf(
    calling(async (payload) => checkOf(payload)),
    64,
  );
  const first = await call();
  check(first);
  const second = await call();
  expect(() => check(first)).toThrow(`instead of ${second}`);
  check(second);
});
