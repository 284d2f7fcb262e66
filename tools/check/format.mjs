// SPDX-License-Identifier: Apache-2.0
// node tools/check/format.mjs [--write]: clang-format for C++, Biome for TypeScript, JavaScript,
// JSON and CSS. Without --write nothing changes, and the exit status says whether all is formatted.
import { spawnSync } from "node:child_process";
import { npmProgram, repositoryRoot } from "../setup/paths.mjs";
import { isCpp, isGenerated, readSource, sourceFiles } from "./sources.mjs";

const write = process.argv.includes("--write");

function succeeds(command, args) {
  const { status, error } = spawnSync(command, args, { cwd: repositoryRoot, stdio: "inherit" });
  if (error !== undefined) throw error;
  return status === 0;
}

function formatCpp() {
  const paths = sourceFiles().filter((path) => isCpp(path) && !isGenerated(path, readSource(path)));
  if (paths.length === 0) return true;
  const mode = write ? ["-i"] : ["--dry-run", "--Werror"];
  return succeeds("clang-format-19", [...mode, ...paths]);
}

const cppIsFine = formatCpp();
const restIsFine = succeeds(npmProgram("biome"), ["check", ...(write ? ["--write"] : []), "."]);
process.exitCode = cppIsFine && restIsFine ? 0 : 1;
