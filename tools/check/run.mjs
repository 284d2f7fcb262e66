// SPDX-License-Identifier: Apache-2.0
// npm run check [stage…]: everything but the tests that a change must pass. Each stage counts as
// one; `npm run format` mends what the first one finds.
import { join } from "node:path";
import { repositoryRoot } from "../setup/paths.mjs";
import { outputOf } from "../setup/process.mjs";
import { printSummary, runStages } from "../stages.mjs";

function script(path) {
  return async (context) => {
    await context.run("node", [path]);
    return { passed: 1 };
  };
}

/** The generator's room adds this target; until then there is nothing to make anew. */
function lacksRegenerate() {
  const build = join(repositoryRoot, "build/release");
  const found = outputOf("ninja", ["-C", build, "-t", "query", "regenerate"], { stdio: "pipe" });
  return found === undefined ? "there is no target `regenerate`" : undefined;
}

const stages = [
  { name: "format", run: script("tools/check/format.mjs") },
  { name: "tidy", run: script("tools/check/tidy.mjs") },
  {
    name: "types",
    run: async (context) => {
      await context.run("npm", ["run", "typecheck", "--workspaces", "--if-present"]);
      return { passed: 1 };
    },
  },
  {
    name: "regenerate",
    unavailable: lacksRegenerate,
    run: script("tools/check/regenerate.mjs"),
  },
  { name: "size", run: script("tools/check/size.mjs") },
  { name: "clang-tidy", run: script("tools/check/clang-tidy.mjs") },
];

const results = await runStages(stages, {
  logsFolder: "build/check",
  only: process.argv.slice(2),
});
process.exitCode = printSummary(results) ? 0 : 1;
