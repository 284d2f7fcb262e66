// SPDX-License-Identifier: Apache-2.0
// Which files the checks look at: what git tracks or would track, so never a build output.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { repositoryRoot } from "../setup/paths.mjs";

const cppExtensions = new Set([".hpp", ".cpp", ".h"]);
const scriptExtensions = new Set([".ts", ".mts", ".js", ".mjs"]);

/** Paths relative to the repository's root, of tracked and of new files, without ignored ones. */
export function sourceFiles() {
  const output = execFileSync("git", ["ls-files", "-z", "-co", "--exclude-standard"], {
    cwd: repositoryRoot,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const paths = output.split("\0").filter(Boolean);
  return [...new Set(paths)].filter((path) => existsSync(join(repositoryRoot, path))).sort();
}

export function isCpp(path) {
  return cppExtensions.has(extname(path));
}

export function isScript(path) {
  return scriptExtensions.has(extname(path));
}

/** Generated code is its generator's business: the golden tests and `regenerate` look at it. */
export function isGenerated(path, text) {
  return (
    /(^|\/)(generated|golden)\//.test(path) || /@generated|DO NOT EDIT/i.test(text.slice(0, 400))
  );
}

export function readSource(path) {
  return readFileSync(join(repositoryRoot, path), "utf8");
}
