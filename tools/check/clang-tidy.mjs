// SPDX-License-Identifier: Apache-2.0
// node tools/check/clang-tidy.mjs [--minutes 20] [path prefix…]: clang-tidy 19 over the C++ files of
// the release build. A file is skipped while nothing it can depend on has changed since it was
// found clean, so a second run takes seconds. What the time did not suffice for is said, and fails.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { repositoryRoot } from "../setup/paths.mjs";
import { isCpp, isGenerated, readSource, sourceFiles } from "./sources.mjs";

const databaseFolder = join(repositoryRoot, "build/release");
const cleanFolder = join(repositoryRoot, "build/clang-tidy");
const { values, positionals } = parseArgs({
  options: { minutes: { type: "string", default: "20" } },
  allowPositionals: true,
});

function hashOf(...texts) {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(text).update("\0");
  return hash.digest("hex");
}

/** Headers of the tree count for every file: cheaper than knowing which ones it includes. */
function commonHash(sources) {
  const headers = sources.filter((path) => isCpp(path) && !path.endsWith(".cpp"));
  return hashOf(readSource(".clang-tidy"), ...headers.map(readSource));
}

function filesToCheck(sources) {
  const database = JSON.parse(readFileSync(join(databaseFolder, "compile_commands.json"), "utf8"));
  const compiled = new Set(database.map(({ file }) => relative(repositoryRoot, file)));
  return sources.filter(
    (path) =>
      compiled.has(path) &&
      !isGenerated(path, readSource(path)) &&
      (positionals.length === 0 || positionals.some((prefix) => path.startsWith(prefix))),
  );
}

function runClangTidy(path) {
  const args = [
    "-p",
    databaseFolder,
    "--quiet",
    "--extra-arg=-Wno-unknown-warning-option", // the build's compiler is g++, which has others
    path,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn("clang-tidy-19", args, { cwd: repositoryRoot });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.resume(); // only counts of suppressed warnings
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}

async function checkOne(path, common) {
  const stamp = join(cleanFolder, hashOf(path, readSource(path), common));
  if (existsSync(stamp)) return true;
  const { code, output } = await runClangTidy(path);
  if (code !== 0) console.log(output.trimEnd());
  else writeFileSync(stamp, path);
  return code === 0;
}

async function main() {
  const sources = sourceFiles();
  const waiting = filesToCheck(sources).reverse();
  const total = waiting.length;
  const common = commonHash(sources);
  const endMs = Date.now() + Number(values.minutes) * 60_000;
  let failedCount = 0;
  mkdirSync(cleanFolder, { recursive: true });
  const work = async () => {
    while (waiting.length > 0 && Date.now() < endMs) {
      if (!(await checkOne(waiting.pop(), common))) failedCount += 1;
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  if (waiting.length > 0) {
    console.log(
      `clang-tidy: ${values.minutes} minutes are over; not checked: ${waiting.join(" ")}`,
    );
  }
  console.log(
    `clang-tidy: ${total - waiting.length} of ${total} files, ${failedCount} with findings`,
  );
  process.exitCode = failedCount === 0 && waiting.length === 0 ? 0 : 1;
}

await main();
