// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { countJunit, countPlaywright, countVitest } from "./reports.mjs";

function junitCase(name, status, output) {
  return `<testcase name="${name}" classname="${name}" time="0.1" status="${status}">
    <system-out>${output}</system-out></testcase>`;
}

test("doctest programs count their cases, other programs count as one", () => {
  const xml = [
    junitCase("frame", "run", "[doctest] test cases: 12 | 11 passed | 0 failed | 1 skipped"),
    junitCase("replay", "run", "seed-1"),
  ].join("\n");
  expect(countJunit(xml)).toEqual({
    passed: 12,
    failed: 0,
    skipped: ["frame: 1 cases, by doctest's skip decorator"],
  });
});

test("a program that fails with all its cases passed is one failure", () => {
  const output = "[doctest] test cases: 3 | 3 passed | 0 failed | 0 skipped\nLeakSanitizer";
  expect(countJunit(junitCase("leaky", "fail", output)).failed).toBe(1);
  expect(countJunit(junitCase("crashed", "fail", "Segmentation fault")).failed).toBe(1);
});

test("a test file that does not load is a failure although no test failed", () => {
  const report = {
    testResults: [
      { status: "failed", assertionResults: [] },
      { status: "passed", assertionResults: [{ status: "passed", fullName: "a" }] },
      { status: "passed", assertionResults: [{ status: "skipped", fullName: "b" }] },
    ],
  };
  expect(countVitest(report)).toEqual({ passed: 1, failed: 1, skipped: ["b (skipped)"] });
});

test("browser tests: flaky is failed, skipped keeps its reason and engine", () => {
  const spec = (title, status, description) => ({
    title,
    tests: [{ status, projectName: "webkit", annotations: description ? [{ description }] : [] }],
  });
  const specs = [spec("a", "expected"), spec("b", "flaky"), spec("c", "skipped", "no JSPI")];
  expect(countPlaywright({ errors: [], suites: [{ suites: [{ specs }] }] })).toEqual({
    passed: 1,
    failed: 1,
    skipped: ["c [webkit]: no JSPI"],
  });
});
