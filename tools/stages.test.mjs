// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { printSummary, runStages } from "./stages.mjs";

let logsFolder;
let printed;

beforeEach(() => {
  logsFolder = mkdtempSync(join(tmpdir(), "cortado-stages-"));
  printed = [];
  vi.spyOn(console, "log").mockImplementation((text) => printed.push(text));
});

afterEach(() => {
  rmSync(logsFolder, { recursive: true });
  vi.restoreAllMocks();
});

const passing = (name, passed) => ({ name, run: async () => ({ passed }) });
const failing = (name) => ({
  name,
  run: (context) => context.run(process.execPath, ["-e", "console.log('spilt'); process.exit(3)"]),
});

test("after a failure the others run, and what needs it does not", async () => {
  const dependent = { ...passing("serve", 1), needs: ["brew"] };
  const results = await runStages([failing("brew"), dependent, passing("grind", 2)], {
    logsFolder,
  });
  expect(results.get("brew")).toMatchObject({ failed: 1 });
  expect(results.get("serve").notRun).toBe('it needs "brew"');
  expect(results.get("grind")).toMatchObject({ passed: 2, failed: 0 });
  expect(printed.join("\n")).toContain("spilt");
});

test("the summary names what was not run and why, and ends with the sums alone", async () => {
  const unavailable = { ...passing("serve", 1), unavailable: () => "there is no cup" };
  const skipping = { name: "taste", run: async () => ({ passed: 3, skipped: ["sugar: none"] }) };
  const results = await runStages([unavailable, skipping, failing("brew")], { logsFolder });
  expect(printSummary(results)).toBe(false);
  expect(printed).toContain("not run: serve: there is no cup");
  expect(printed).toContain("skipped: taste: sugar: none");
  expect(printed.at(-1)).toBe("3 passed, 1 failed");
});

test("a named stage brings what it needs, in order; an unknown name is refused", async () => {
  const stages = [passing("grind", 1), { ...passing("brew", 1), needs: ["grind"] }, failing("x")];
  const results = await runStages(stages, { logsFolder, only: ["brew"] });
  expect([...results.keys()]).toEqual(["grind", "brew"]);
  await expect(runStages(stages, { logsFolder, only: ["boil"] })).rejects.toThrow(
    'no stage "boil"; there are: grind, brew, x',
  );
});
