// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { runStep } from "./steps.mjs";

let folder;
let runCount;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "cortado-steps-"));
  runCount = 0;
  vi.spyOn(console, "log").mockImplementation(() => {});
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.restoreAllMocks();
});

function step(version, result = join(folder, "result")) {
  return {
    name: "brew",
    key: { version },
    results: [result],
    cost: { time: "1 s" },
    run: async () => {
      runCount += 1;
      writeFileSync(result, version);
    },
  };
}

test("a step that is done is not run again", async () => {
  await runStep(step("1"), folder);
  await runStep(step("1"), folder);
  expect(runCount).toBe(1);
});

test("it runs again for another version, and when its result was deleted", async () => {
  await runStep(step("1"), folder);
  await runStep(step("2"), folder);
  expect(runCount).toBe(2);
  rmSync(join(folder, "result"));
  await runStep(step("2"), folder);
  expect(runCount).toBe(3);
});

test("a step that failed is not done, even where an earlier version was", async () => {
  await runStep(step("1"), folder);
  const failing = { ...step("2"), run: () => Promise.reject(new Error("no network")) };
  await expect(runStep(failing, folder)).rejects.toThrow("no network");
  await runStep(step("1"), folder);
  expect(runCount).toBe(2);
  expect(existsSync(join(folder, "brew.json"))).toBe(true);
});
