// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { RestartPlan } from "./restart.ts";

test("waits grow with failures, and end with so many of them", () => {
  const plan = new RestartPlan({ failuresMax: 4, firstMsMax: 1000, msMax: 1500 });
  for (const limitMs of [1000, 1500, 1500]) {
    const waitMs = plan.next(undefined) ?? -1;
    expect(waitMs).toBeGreaterThanOrEqual(0);
    expect(waitMs).toBeLessThan(limitMs);
  }
  expect(plan.next(undefined)).toBeUndefined();
  expect(plan.failures).toBe(4);
});

test("a worker that has lived for a while is replaced at once, and counts as none", () => {
  const plan = new RestartPlan({ failuresMax: 3, steadyMs: 100 });
  plan.next(undefined);
  plan.next(99); // too short a life
  expect(plan.failures).toBe(2);
  expect(plan.next(100)).toBe(0);
  expect(plan.failures).toBe(0);
});

test("none is replaced that is not to be", () => {
  expect(new RestartPlan(false).next(1e9)).toBeUndefined();
});
