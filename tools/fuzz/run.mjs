// SPDX-License-Identifier: Apache-2.0
// npm run fuzz -- --seconds 300: builds the fuzzers and runs each that long.
import { parseArgs } from "node:util";
import { printSummary, runStages } from "../stages.mjs";
import { fuzzAll } from "./fuzzers.mjs";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "300" } } });
const stages = [
  {
    name: "build-fuzz",
    run: async (context) => {
      await context.run("cmake", ["--preset", "asan"]);
      await context.run("cmake", ["--build", "--preset", "asan", "--target", "fuzzers"]);
    },
  },
  {
    name: "fuzz",
    needs: ["build-fuzz"],
    run: (context) => fuzzAll(context, Number(values.seconds)),
  },
];
const results = await runStages(stages, { logsFolder: "build/test" });
process.exitCode = printSummary(results) ? 0 : 1;
