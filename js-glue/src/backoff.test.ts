// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { Backoff } from "./backoff.ts";

test("limits double up to the largest, and begin anew after a success", () => {
  const backoff = new Backoff({ firstMsMax: 100, msMax: 500 }, () => 1);
  const waits = Array.from({ length: 5 }, () => backoff.nextMs());
  expect(waits).toEqual([100, 200, 400, 500, 500]);
  backoff.succeeded();
  expect(backoff.nextMs()).toBe(100);
});

test("the whole range is used, so that pages do not come back together", () => {
  const backoff = new Backoff({ firstMsMax: 100, msMax: 100 });
  const waits = Array.from({ length: 1000 }, () => backoff.nextMs());
  expect(Math.min(...waits)).toBeLessThan(10);
  expect(Math.max(...waits)).toBeGreaterThan(90);
  expect(Math.max(...waits)).toBeLessThanOrEqual(100);
});

test("many attempts do not overflow", () => {
  const backoff = new Backoff({ firstMsMax: 100, msMax: 500 }, () => 1);
  for (let attempt = 0; attempt < 5000; attempt += 1) backoff.nextMs();
  expect(backoff.nextMs()).toBe(500);
});
