// SPDX-License-Identifier: Apache-2.0
// node run.mjs SUITE [--rounds N] [--only A,B] [--browser firefox]: measures, prints a table, and
// writes out/SUITE.json and out/SUITE.svg (out/SUITE-firefox.…). Without a suite it lists them. How
// and why: README.md.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { machineLine } from "./lib/machine.mjs";
import { plot } from "./lib/plot.mjs";
import { printTable, tableOf } from "./lib/table.mjs";

const out = fileURLToPath(new URL("out", import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string" },
    only: { type: "string" },
    browser: { type: "string", default: "chromium" },
  },
});

const suites = readdirSync(new URL("suites", import.meta.url)).map((file) =>
  file.replace(".mjs", ""),
);
const name = positionals[0] ?? process.env.SUITE;
if (name === undefined || !suites.includes(name)) {
  console.error(
    `usage: node run.mjs SUITE [--rounds N] [--only A,B] [--browser firefox]\nsuites: ${suites.join(" ")}`,
  );
  process.exit(2);
}

const suite = await import(`./suites/${name}.mjs`);
const { browsers = ["chromium"] } = suite;
if (!browsers.includes(values.browser)) {
  console.error(`${name} is measured in ${browsers.join(", ")}`);
  process.exit(2);
}
const result = await suite.run({
  ...(values.rounds && { rounds: Number(values.rounds) }),
  ...(values.only && { only: values.only.split(",") }),
  browser: values.browser,
  progress: showProgress,
});
showProgress("");

const machine = machineLine(result.browser);
const file = values.browser === "chromium" ? name : `${name}-${values.browser}`;
mkdirSync(out, { recursive: true });
const json = JSON.stringify({ suite: name, machine, rows: result.rows }, null, 1);
writeFileSync(`${out}/${file}.json`, `${json}\n`);
writeFileSync(`${out}/${file}.svg`, plot({ title: suite.title, machine, rows: result.rows }));
console.log(`${suite.title}\n${machine}\n`);
printTable(tableOf(result.rows));
for (const note of result.notes ?? []) console.log(`\n${note}`);
for (const failure of result.failures ?? []) {
  console.error(`\n${failure}`);
  process.exitCode = 1;
}
console.log(`\nwritten: bench/out/${file}.json, bench/out/${file}.svg`);

/** One line that overwrites itself; nothing where there is no terminal. */
function showProgress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
