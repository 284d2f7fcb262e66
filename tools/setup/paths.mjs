// SPDX-License-Identifier: Apache-2.0
// Where things live. Everything set-up makes is inside the clone, under .toolchain/,
// so that deleting that folder undoes it.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const repositoryRoot = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const toolchainDir = join(repositoryRoot, ".toolchain");
export const downloadsDir = join(toolchainDir, "downloads");
export const logsDir = join(toolchainDir, "logs");
export const stampsDir = join(toolchainDir, "stamps");

export const versions = JSON.parse(
  readFileSync(join(repositoryRoot, "tools/versions.json"), "utf8"),
);

/** A program of an npm package, started without npx, which would offer to download a missing one. */
export function npmProgram(name) {
  return join(repositoryRoot, "node_modules/.bin", name);
}

/** Compares dotted versions number by number: negative, zero or positive like Array.sort's. */
export function compareVersions(left, right) {
  const leftParts = left.split(".").map(Number);
  const rightParts = right.split(".").map(Number);
  for (let index = 0; index < Math.max(leftParts.length, rightParts.length); index += 1) {
    const difference = (leftParts[index] ?? 0) - (rightParts[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
