// SPDX-License-Identifier: Apache-2.0
// Reads the reports of the test tools into one form: { passed, failed, skipped: [text] }, counted
// in test cases, not in programs.
import { readFileSync } from "node:fs";

function add(sum, counts) {
  return {
    passed: sum.passed + counts.passed,
    failed: sum.failed + counts.failed,
    skipped: [...sum.skipped, ...counts.skipped],
  };
}

const nothing = { passed: 0, failed: 0, skipped: [] };

/** One entry of ctest: a doctest program tells how many cases it ran; others count as one. */
function countProgram({ name, status, output }) {
  if (status === "disabled" || status === "notrun") {
    return { passed: 0, failed: status === "notrun" ? 1 : 0, skipped: [`${name} is disabled`] };
  }
  const cases =
    /test cases:\s*\d+\s*\|\s*(\d+) passed\s*\|\s*(\d+) failed\s*\|\s*(\d+) skipped/.exec(output);
  const isFailure = status === "fail";
  if (cases === null) return { passed: isFailure ? 0 : 1, failed: isFailure ? 1 : 0, skipped: [] };
  const [passed, failed, skipped] = cases.slice(1).map(Number);
  return {
    passed,
    // A sanitizer may fail a program whose cases all passed.
    failed: isFailure ? Math.max(failed, 1) : failed,
    skipped: skipped > 0 ? [`${name}: ${skipped} cases, by doctest's skip decorator`] : [],
  };
}

/** A report of `ctest --output-junit`. */
export function countJunit(xml) {
  const cases = xml.matchAll(
    /<testcase name="([^"]*)"[^>]*status="(\w+)"[^>]*>(.*?)<\/testcase>/gs,
  );
  return [...cases]
    .map(([, name, status, output]) => countProgram({ name, status, output }))
    .reduce(add, nothing);
}

/** A report of vitest's json reporter. */
export function countVitest(report) {
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const notRun = tests.filter(({ status }) => status !== "passed" && status !== "failed");
  // A file that fails to load has no tests but is a failure.
  const brokenFiles = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((t) => t.status !== "failed"),
  );
  return {
    passed: tests.filter(({ status }) => status === "passed").length,
    failed: tests.filter(({ status }) => status === "failed").length + brokenFiles.length,
    skipped: notRun.map(({ fullName, status }) => `${fullName} (${status})`),
  };
}

function* playwrightTests(suite) {
  for (const spec of suite.specs ?? []) {
    for (const test of spec.tests) yield { title: spec.title, test };
  }
  for (const inner of suite.suites ?? []) yield* playwrightTests(inner);
}

/** A report of Playwright's json reporter. A test that passed on a retry only is a failure. */
export function countPlaywright(report) {
  const tests = report.suites.flatMap((suite) => [...playwrightTests(suite)]);
  const count = (...statuses) => tests.filter(({ test }) => statuses.includes(test.status)).length;
  const skipped = tests.filter(({ test }) => test.status === "skipped");
  return {
    passed: count("expected"),
    failed: count("unexpected", "flaky") + report.errors.length,
    skipped: skipped.map(({ title, test }) => {
      const reasons = test.annotations.map(({ description }) => description).filter(Boolean);
      return `${title} [${test.projectName}]: ${reasons.join("; ") || "no reason given"}`;
    }),
  };
}

export function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}
