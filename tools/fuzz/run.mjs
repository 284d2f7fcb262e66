// SPDX-License-Identifier: Apache-2.0
// npm run fuzz -- --seconds 300: builds the fuzzers and runs each that long.
import { parseArgs } from "node:util";
import { printSummary, runStages } from "../stages.mjs";
import { fuzzAll, fuzzBuildStage } from "./fuzzers.mjs";

const { values } = parseArgs({ options: { seconds: { type: "string", default: "300" } } });
const stages = [
  fuzzBuildStage,
  {
    name: "fuzz",
    needs: [fuzzBuildStage.name],
    run: (context) => fuzzAll(context, Number(values.seconds)),
  },
];
const results = await runStages(stages, { logsFolder: "build/test" });
process.exitCode = printSummary(results) ? 0 : 1;
