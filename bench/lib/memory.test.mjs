// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { perConnection, perMinute, residentBytes } from "./memory.mjs";

test("a process has at least what it fills", () => {
  const before = residentBytes(process.pid);
  const filled = Buffer.alloc(64 << 20, 1);
  expect(residentBytes(process.pid) - before).toBeGreaterThan(filled.length / 2);
});

test("a process that is not there is an error", () => {
  expect(() => residentBytes(2 ** 22 + 1)).toThrow();
});

test("a connection costs its share of what came with all of them", () => {
  const before = { resident: 10_000, heap: 4_000 };
  const after = { resident: 21_000, heap: 4_500 };
  expect(perConnection(before, after, 10)).toEqual({ resident: 1_100, heap: 50 });
});

test("what was counted in one interval is told by the minute", () => {
  expect(perMinute(56, 20_000)).toBe(168);
});
