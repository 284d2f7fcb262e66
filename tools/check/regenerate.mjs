// SPDX-License-Identifier: Apache-2.0
// node tools/check/regenerate.mjs: makes all generated files of the tree anew and fails when one
// changed. Compared with what was there before, not with git: it works on uncommitted work too.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../setup/paths.mjs";
import { sourceFiles } from "./sources.mjs";

function snapshot() {
  return new Map(
    sourceFiles().map((path) => {
      const bytes = readFileSync(join(repositoryRoot, path));
      return [path, createHash("sha256").update(bytes).digest("hex")];
    }),
  );
}

const before = snapshot();
const { status } = spawnSync("npm", ["run", "regenerate"], {
  cwd: repositoryRoot,
  stdio: "inherit",
});
const after = snapshot();
const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
  (path) => before.get(path) !== after.get(path),
);
if (changed.length > 0) {
  console.log("These generated files were out of date and are now new; review and commit them:");
  for (const path of changed) console.log(`  ${path}`);
}
process.exitCode = status === 0 && changed.length === 0 ? 0 : 1;
