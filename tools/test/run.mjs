// SPDX-License-Identifier: Apache-2.0
// npm test [stage…]: every test of the tree, or the named stages with what they need. Ends with
// one line that sums all suites up; exits with 1 when anything failed.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fuzzAll } from "../fuzz/fuzzers.mjs";
import { npmProgram, repositoryRoot } from "../setup/paths.mjs";
import { printSummary, runStages } from "../stages.mjs";
import { countJunit, countPlaywright, countVitest, readJson } from "./reports.mjs";

const reportsFolder = join(repositoryRoot, "build/test");
const fuzzSeconds = Number(process.env.FUZZ_SECONDS ?? 20); // each; `make fuzz` runs them longer

/** The path of a stage's report, with that of an earlier run removed: it must not be counted. */
function freshReport(name) {
  const path = join(reportsFolder, name);
  rmSync(path, { force: true });
  return path;
}

function missing(path) {
  return existsSync(join(repositoryRoot, path)) ? undefined : `there is no ${path}`;
}

function build(preset) {
  return async (context) => {
    await context.run("cmake", ["--preset", preset]);
    // -k 0: what else is broken is seen in the same run.
    await context.run("cmake", ["--build", "--preset", preset, "--", "-k", "0"]);
  };
}

function ctest(preset) {
  return async (context) => {
    const report = freshReport(`ctest-${preset}.xml`);
    await context.tryRun("ctest", ["--preset", preset, "--output-junit", report]);
    return countJunit(readFileSync(report, "utf8"));
  };
}

async function vitest(context) {
  const report = freshReport("vitest.json");
  await context.tryRun(npmProgram("vitest"), [
    ...["run", "--reporter=default", "--reporter=json"],
    `--outputFile.json=${report}`,
  ]);
  return countVitest(readJson(report));
}

async function playwright(context) {
  const report = freshReport("playwright.json");
  await context.tryRun(npmProgram("playwright"), ["test", "--reporter=list,json"], {
    cwd: join(repositoryRoot, "e2e"),
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
  });
  return countPlaywright(readJson(report));
}

const stages = [
  { name: "build-native", run: build("release") },
  { name: "unit-native", needs: ["build-native"], run: ctest("release") },
  { name: "build-wasm", needs: ["build-native"], run: build("wasm") },
  { name: "unit-wasm", needs: ["build-wasm"], run: ctest("wasm") },
  {
    name: "build-js",
    needs: ["build-wasm"],
    run: (context) => context.run("npm", ["run", "build:js"]),
  },
  { name: "unit-js", needs: ["build-js"], run: vitest },
  {
    name: "e2e",
    needs: ["build-js"],
    unavailable: () => missing("e2e/playwright.config.ts"),
    run: playwright,
  },
  { name: "build-asan", run: build("asan") },
  { name: "unit-asan", needs: ["build-asan"], run: ctest("asan") },
  {
    name: "fuzz",
    needs: ["build-asan"],
    run: (context) => fuzzAll(context, fuzzSeconds),
  },
];

mkdirSync(reportsFolder, { recursive: true });
const results = await runStages(stages, {
  logsFolder: "build/test",
  only: process.argv.slice(2),
});
process.exitCode = printSummary(results) ? 0 : 1;
