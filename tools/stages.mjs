// SPDX-License-Identifier: Apache-2.0
// Runs named stages one after another for tools/test and tools/check. A stage that fails does not
// stop the others, except those that need it: all failures are seen in one run.
import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { repositoryRoot } from "./setup/paths.mjs";

const heartbeatMs = 30_000; // so that a long compilation does not look like a hang
const shownLineCount = 80; // of a failed command's output; the rest is in its log

/** A command of a stage failed; its output is in `logPath`. */
export class CommandError extends Error {
  name = "CommandError";
}

/** Runs one command, its output to the log of the stage. Resolves to its exit status. */
function runLogged(command, args, { log, cwd = repositoryRoot, env = {} }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

/** What a stage gets: `run` throws when the command fails, `tryRun` returns its exit status. */
class StageContext {
  #log;
  constructor(log) {
    this.#log = log;
  }
  tryRun(command, args, options = {}) {
    this.#log.write(`\n$ ${[command, ...args].join(" ")}\n`);
    return runLogged(command, args, { ...options, log: this.#log });
  }
  async run(command, args, options) {
    const status = await this.tryRun(command, args, options);
    if (status !== 0) throw new CommandError(`${command} ${args.join(" ")}: exit status ${status}`);
  }
}

/** Of a build the first failure, of everything else the end: that is where the cause is told. */
function tellingLines(path, count) {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  const firstFailure = lines.findIndex((line) => line.startsWith("FAILED: "));
  const start = firstFailure >= 0 ? firstFailure : Math.max(0, lines.length - count);
  return lines.slice(start, start + count).join("\n");
}

function seconds(sinceMs) {
  return `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;
}

async function runOne(stage, logPath) {
  const log = createWriteStream(logPath);
  const startedMs = Date.now();
  const heartbeat = setInterval(
    () => console.log(`   ${stage.name}: ${seconds(startedMs)} so far`),
    heartbeatMs,
  );
  let counts;
  try {
    counts = (await stage.run(new StageContext(log))) ?? {};
  } catch (error) {
    const reason = error instanceof CommandError ? error.message : error.stack;
    counts = { failed: 1, reason };
  } finally {
    clearInterval(heartbeat);
    await new Promise((resolve) => log.end(resolve));
  }
  return { passed: 0, failed: 0, skipped: [], ...counts, time: seconds(startedMs) };
}

function notRun(reason) {
  return { passed: 0, failed: 0, skipped: [], notRun: reason, time: "" };
}

function verdict(result) {
  if (result.notRun !== undefined) return "not run";
  return result.failed > 0 ? "FAILED" : "ok";
}

/**
 * stages: [{ name, needs, unavailable, run }]. `unavailable()` gives a reason not to run, or
 * undefined; `run(context)` resolves to { passed, failed, skipped: [text] }, or nothing for a
 * stage that only prepares.
 */
export async function runStages(stages, { logsFolder, only = [] }) {
  const folder = resolve(repositoryRoot, logsFolder);
  mkdirSync(folder, { recursive: true });
  const results = new Map();
  for (const stage of withNeeds(stages, only)) {
    const broken = (stage.needs ?? []).find((name) => verdict(results.get(name)) !== "ok");
    const reason = broken ? `it needs "${broken}"` : stage.unavailable?.();
    if (reason !== undefined) {
      results.set(stage.name, notRun(reason));
      continue;
    }
    console.log(`-- ${stage.name}`);
    const logPath = join(folder, `${stage.name}.log`);
    const result = await runOne(stage, logPath);
    results.set(stage.name, result);
    if (result.failed > 0) {
      console.log(tellingLines(logPath, shownLineCount));
      if (result.reason) console.log(result.reason);
      console.log(`   The whole output: ${logPath}`);
    }
    console.log(`   ${verdict(result)}${countsText(result)}, ${result.time}`);
  }
  return results;
}

/** The stages named in `only` with all they need, in their usual order; all when none is named. */
function withNeeds(stages, only) {
  if (only.length === 0) return stages;
  const byName = new Map(stages.map((stage) => [stage.name, stage]));
  const wanted = new Set();
  const want = (name) => {
    if (!byName.has(name)) {
      throw new Error(`no stage "${name}"; there are: ${[...byName.keys()].join(", ")}`);
    }
    wanted.add(name);
    for (const need of byName.get(name).needs ?? []) want(need);
  };
  only.forEach(want);
  return stages.filter((stage) => wanted.has(stage.name));
}

function countsText({ passed, failed, skipped }) {
  const counted = passed + failed + skipped.length > 0;
  return counted ? `: ${passed} passed, ${failed} failed, ${skipped.length} skipped` : "";
}

/** Prints the table, everything skipped with its reason, and the sum as last line. */
export function printSummary(results) {
  const rows = [...results].map(([name, result]) => [
    name,
    verdict(result),
    String(result.passed),
    String(result.failed),
    String(result.skipped.length),
    result.time,
  ]);
  const header = ["stage", "result", "passed", "failed", "skipped", "time"];
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column].length)),
  );
  console.log("");
  for (const row of [header, ...rows]) {
    const cells = row.map((cell, column) =>
      column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
    );
    console.log(cells.join("  ").trimEnd());
  }
  console.log("");
  for (const [name, result] of results) {
    if (result.notRun !== undefined) console.log(`not run: ${name}: ${result.notRun}`);
    for (const text of result.skipped) console.log(`skipped: ${name}: ${text}`);
  }
  const total = (field) => [...results.values()].reduce((sum, result) => sum + result[field], 0);
  const [passed, failed] = [total("passed"), total("failed")];
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}
