// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { formatRatio, formatValue } from "./format.mjs";

test("numbers have about three digits and a unit that fits", () => {
  expect(formatValue(125.4, "µs")).toBe("125 µs");
  expect(formatValue(1820, "µs")).toBe("1.82 ms");
  expect(formatValue(17.26, "ms")).toBe("17.3 ms");
  expect(formatValue(1_020_000, "calls/s")).toBe("1.02 M/s");
  expect(formatValue(29_300, "calls/s")).toBe("29.3 k/s");
  expect(formatValue(1_234_567, "items/s")).toBe("1.23 M/s");
  expect(formatValue(640, "bytes")).toBe("640 B");
  expect(formatValue(553.5, "bytes")).toBe("554 B"); // a median of two rounds
  expect(formatValue(13_700, "bytes")).toBe("13.7 KB");
});

test("small ratios keep their digits, missing ones are nothing", () => {
  expect(formatRatio(1.0449)).toBe("1.04x");
  expect(formatRatio(0.00117)).toBe("0.0012x");
  expect(formatRatio(null)).toBe("");
});
