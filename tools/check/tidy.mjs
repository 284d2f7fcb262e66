// SPDX-License-Identifier: Apache-2.0
// The tree's own rules (rules.mjs) as a test: `node tools/check/tidy.mjs`. Prints each finding as
// file:line: text, and exits with 1 when there is one; warnings do not fail.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { repositoryRoot } from "../setup/paths.mjs";
import { checkLinks, checkQuotes } from "./markdown.mjs";
import {
  arrows,
  bans,
  fileLinesWarning,
  functionLinesMax,
  guarded,
  isTestCode,
  testMay,
  testMayIn,
  withoutLicence,
} from "./rules.mjs";
import { isCpp, isGenerated, isScript, readSource, sourceFiles } from "./sources.mjs";

const licence = "SPDX-License-Identifier: Apache-2.0";

function finding(line, text) {
  return { line, text };
}

/** A line without the text of its strings and without its comment. */
export function withoutTextAndComment(line) {
  const bare = line.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '""');
  return bare.replace(/\/\/.*$|^\s*\*.*$|\/\*.*?\*\//g, "");
}

function isAllowed(lines, index) {
  return [lines[index], lines[index - 1]].some((line) => line?.includes("tidy-allow:"));
}

export function checkLicence(lines) {
  const first = lines[0]?.startsWith("#!") ? lines[1] : lines[0];
  return first === `// ${licence}` ? [] : [finding(1, `the first line must be // ${licence}`)];
}

function allowedIncludes(path, rule) {
  const folders = path.startsWith("client-wasm/") ? 2 : 1;
  const own = `${path.split("/", folders).join("/")}/`;
  const forTests = isTestCode(path) ? [...testMay, ...(testMayIn[own] ?? [])] : [];
  return [...new Set([own, ...rule.may, ...forTests])];
}

/** Includes of other rooms and libraries, against the arrows of this file's room. */
export function checkArrows(path, lines) {
  const rule = arrows.find(({ room }) => path.startsWith(room));
  if (rule === undefined) return [];
  const may = allowedIncludes(path, rule);
  const startsWithOneOf = (prefixes, target) => prefixes.some((each) => target.startsWith(each));
  return lines.flatMap((line, index) => {
    const target = /^\s*#\s*include\s*[<"]([^>"]+)[>"]/.exec(line)?.[1];
    if (target === undefined || isAllowed(lines, index)) return [];
    const isStandard = /^[a-z_0-9]+$/.test(target);
    const isGuarded = rule.strict ? !isStandard : startsWithOneOf(guarded, target);
    if (!isGuarded || startsWithOneOf(may, target)) return [];
    return [finding(index + 1, `may not include ${target}; allowed here: ${may.join(", ")}`)];
  });
}

export function checkBans(path, lines) {
  const rules = bans.filter(
    ({ files, isForLibraries }) => files.test(path) && !(isForLibraries && isTestCode(path)),
  );
  return lines.flatMap((line, index) => {
    const code = withoutTextAndComment(line);
    return rules
      .filter(({ pattern }) => pattern.test(code) && !isAllowed(lines, index))
      .map(({ pattern, use }) =>
        finding(index + 1, `${pattern.exec(code)[0]} is banned, use ${use}`),
      );
  });
}

const notFunction =
  /^\s*(namespace|class|struct|union|enum|extern|if|for|while|switch|else|do|try)\b/;

/** Long functions, found by clang-format's layout: a body ends with a brace at its own indent. */
export function checkFunctionLines(lines) {
  return lines.flatMap((line, index) => {
    const code = withoutTextAndComment(line).trimEnd();
    if (!/\)[^;]*\{$/.test(code) || notFunction.test(code)) return [];
    const indent = /^\s*/.exec(line)[0];
    const length = lines.slice(index + 1).findIndex((later) => later.startsWith(`${indent}}`)) + 2;
    if (length <= functionLinesMax || isAllowed(lines, index)) return [];
    return [finding(index + 1, `a function of ${length} lines; at most ${functionLinesMax}`)];
  });
}

function checkHeaderGuard(path, lines) {
  const isHeader = /\.(hpp|h)$/.test(path);
  return isHeader && !lines.includes("#pragma once") ? [finding(1, "lacks #pragma once")] : [];
}

/** The lock file must work with any registry; .npmrc keeps addresses out of it. */
export function checkLockFile(text) {
  const hasAddress = /"resolved": "https?:/.test(text);
  return hasAddress ? [finding(1, 'names a registry: run "npm install" with the .npmrc here')] : [];
}

function isThere(path) {
  return existsSync(join(repositoryRoot, path));
}

function checkFile(path) {
  if (path.endsWith("package-lock.json")) return checkLockFile(readSource(path));
  if (path.endsWith(".md")) {
    const lines = readSource(path).split("\n");
    return [...checkLinks(path, lines, isThere), ...checkQuotes(path, lines, readSource)];
  }
  if (!isCpp(path) && !isScript(path)) return [];
  const text = readSource(path);
  const lines = text.split("\n");
  if (isGenerated(path, text)) return [];
  const isRuleFile = path.startsWith("tools/check/"); // it spells what it bans
  return [
    ...(withoutLicence.some((folder) => path.startsWith(folder)) ? [] : checkLicence(lines)),
    ...(isRuleFile ? [] : checkBans(path, lines)),
    ...(isCpp(path)
      ? [
          ...checkArrows(path, lines),
          ...checkFunctionLines(lines),
          ...checkHeaderGuard(path, lines),
        ]
      : []),
  ];
}

function longFiles(paths) {
  return paths
    .filter((path) => isCpp(path) || isScript(path))
    .map((path) => ({ path, text: readSource(path) }))
    .filter(({ path, text }) => !isGenerated(path, text))
    .map(({ path, text }) => ({ path, lineCount: text.split("\n").length - 1 }))
    .filter(({ lineCount }) => lineCount > fileLinesWarning);
}

function main() {
  const paths = sourceFiles();
  let findingCount = 0;
  for (const path of paths) {
    for (const { line, text } of checkFile(path)) {
      findingCount += 1;
      console.log(`${path}:${line}: ${text}`);
    }
  }
  for (const { path, lineCount } of longFiles(paths)) {
    console.log(`${path}: warning: ${lineCount} lines; is it one room?`);
  }
  console.log(`tidy: ${paths.length} files, ${findingCount} findings`);
  process.exitCode = findingCount === 0 ? 0 : 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
