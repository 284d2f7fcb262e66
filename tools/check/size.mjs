// SPDX-License-Identifier: Apache-2.0
// node tools/check/size.mjs: weighs what a page downloads to call, as `npm run size` does, and fails
// above the budget that bench/suites/size.mjs states. Peers are left out, and no result is written.
import { run } from "../../bench/suites/size.mjs";

const { notes, failures } = await run({ only: ["cortado-auto"], progress: () => {} });
for (const line of [...notes, ...failures]) console.log(line);
process.exitCode = failures.length === 0 ? 0 : 1;
