// SPDX-License-Identifier: Apache-2.0
// Runs the libFuzzer programs of build/asan for a bounded time each. Their corpora stay in
// build/asan/corpus and grow from run to run; the seeds in the tree are read and never written.
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join, relative } from "node:path";
import { repositoryRoot } from "../setup/paths.mjs";

const buildFolder = join(repositoryRoot, "build/asan");
const programsFolder = join(buildFolder, "fuzzers");

function fuzzerNames() {
  if (!existsSync(programsFolder)) return [];
  return readdirSync(programsFolder)
    .filter((file) => file.endsWith(".seeds"))
    .map((file) => file.slice(0, -".seeds".length));
}

function seedFolders(name) {
  const lines = readFileSync(join(programsFolder, `${name}.seeds`), "utf8").split("\n");
  return lines.filter((folder) => folder !== "" && existsSync(folder));
}

async function fuzzOne(context, name, seconds) {
  const corpus = join(buildFolder, "corpus", name);
  const crashes = join(buildFolder, "crashes");
  mkdirSync(corpus, { recursive: true });
  mkdirSync(crashes, { recursive: true });
  const status = await context.tryRun(join(programsFolder, name), [
    `-max_total_time=${seconds}`,
    `-artifact_prefix=${join(crashes, `${name}-`)}`,
    "-timeout=10", // seconds for one input: more is a hang
    "-rss_limit_mb=1024", // nothing is allocated from a number the input holds
    "-verbosity=0",
    "-print_final_stats=1",
    corpus,
    ...seedFolders(name),
  ]);
  if (status === 0) return [];
  return [`${name}: see the log; its input is in ${relative(repositoryRoot, crashes)}`];
}

/** Runs as many fuzzers at a time as there are processors. Counts one result a fuzzer. */
export async function fuzzAll(context, seconds) {
  const waiting = fuzzerNames();
  const total = waiting.length;
  const failures = [];
  const work = async () => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      failures.push(...(await fuzzOne(context, name, seconds)));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  const reason = failures.length > 0 ? failures.join("\n") : undefined;
  return { passed: total - failures.length, failed: failures.length, reason };
}
