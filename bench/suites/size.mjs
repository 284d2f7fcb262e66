// SPDX-License-Identifier: Apache-2.0
// What a page that makes one call loads: its minified script and the modules the script fetches.
// Cortado's page streams with the same files. The page's own share (the harness and the generated
// client of one method) is the same few hundred bytes for all. A file is compressed by itself.
import { readdirSync, readFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { buildNative } from "../lib/build.mjs";
import { candidatesNamed, titleOf } from "../lib/candidates.mjs";
import { formatValue } from "../lib/format.mjs";
import { buildPages, contentsOfStartup, pagesFolder, scriptsOfStartup } from "../lib/pages.mjs";
import { Samples } from "../lib/statistics.mjs";

/**
 * Bytes, compressed by brotli, of all that a page downloads to call. `goal` is the design's (section
 * 10, of a page that also streams). `ceiling` is what fails `make check`: the goal once it is met,
 * until then an interim one just above what was reached, so that nothing grows unseen. What fills
 * the bytes: README.md.
 */
const budgets = {
  "cortado-auto": { goal: 14_000, ceiling: 25_600 },
};

const names = [
  "bare-echo",
  "ideal",
  "cortado-auto",
  "capnweb",
  "rpc-websockets",
  "socket-io",
  "connect",
];

/** When a page loads what it does not load to call, by the module that a dynamic import names. */
const laterCases = {
  serving: "later: calls it serves",
  tabs: "later: tabs that share",
  "fetch-stream": "later: streams over fetch",
  "load-failures": "only on failure",
};

/** Named in what fills a script; the rest is small. */
const partsMax = 12;

export const title = "Bytes a page loads to make a call";

export async function run({ only, progress }) {
  const candidates = candidatesNamed(names, only);
  await buildNative("bench_schema");
  progress("bundling");
  await buildPages(candidates);
  const samples = new Samples();
  for (const candidate of candidates) {
    const { name } = candidate;
    const { atOnce, later } = scriptsOfStartup(candidate);
    const modules = modulesOf(candidate);
    weigh(samples, { candidate: name, case: "all" }, [...atOnce, ...modules]);
    if (modules.length > 0) weigh(samples, { candidate: name, case: "script" }, atOnce);
    for (const one of modules) weigh(samples, { candidate: name, case: one.name }, [one]);
    for (const one of later) {
      weigh(samples, { candidate: name, case: laterCases[one.name] ?? "later" }, [one]);
    }
  }
  const rows = samples.rows(candidates, "bare-echo");
  const notes = [...(await Promise.all(candidates.map(contentsOf))), ...againstBudget(rows)];
  return { rows, notes, failures: overBudget(rows) };
}

function modulesOf({ file }) {
  const folder = `${pagesFolder}/${file}`;
  const names = readdirSync(folder).filter((name) => name.endsWith(".wasm"));
  return names.map((name) => ({ name, bytes: readFileSync(`${folder}/${name}`) }));
}

function weigh(samples, of, files) {
  const row = { ...of, unit: "bytes" };
  for (const [metric, compressed] of Object.entries({ raw: (bytes) => bytes, gzip, brotli })) {
    const size = files.reduce((sum, { bytes }) => sum + compressed(bytes).length, 0);
    samples.add({ ...row, metric }, size);
  }
}

function gzip(bytes) {
  return gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION });
}

function brotli(bytes) {
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}

/** What fills the script, before compression: "connect-web: 103 KB @bufbuild/protobuf, …". */
async function contentsOf(candidate) {
  const sizes = new Map();
  for (const [path, size] of await contentsOfStartup(candidate)) {
    const part = partOf(path);
    sizes.set(part, (sizes.get(part) ?? 0) + size);
  }
  const largest = [...sizes].sort(([, left], [, right]) => right - left).slice(0, partsMax);
  const parts = largest.map(([part, size]) => `${formatValue(size, "bytes")} ${part}`);
  return `${titleOf(candidate.name)}: ${parts.join(", ")}`;
}

/** A package by its name, our own code by its file. */
function partOf(path) {
  const [, name] = path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)/) ?? [];
  return name ?? path.replace(/^.*js-glue\/(?:dist|src)\//, "cortado/");
}

/** What was weighed of each candidate that has a budget. */
function weighed(rows) {
  return Object.entries(budgets).flatMap(([name, budget]) => {
    const row = rows.find(
      (each) => each.candidate === name && each.metric === "brotli" && each.case === "all",
    );
    return row === undefined ? [] : [{ title: titleOf(name), bytes: row.median, ...budget }];
  });
}

function againstBudget(rows) {
  return weighed(rows).map(({ title, bytes, goal, ceiling }) => {
    const interim =
      ceiling > goal ? `, not met yet; interim ceiling ${formatValue(ceiling, "bytes")}` : "";
    return `${title}: ${formatValue(bytes, "bytes")}; goal ${formatValue(goal, "bytes")}${interim}`;
  });
}

function overBudget(rows) {
  return weighed(rows)
    .filter(({ bytes, ceiling }) => bytes > ceiling)
    .map(({ title, bytes, ceiling }) => `${title}: ${bytes - ceiling} bytes above its ceiling`);
}
