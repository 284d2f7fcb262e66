// SPDX-License-Identifier: Apache-2.0
// Packages of the system itself, installed by name and only where missing. What counts is the
// program or header, not the package: who has ninja from elsewhere needs nothing.
import { existsSync } from "node:fs";
import { versions } from "./paths.mjs";
import { findCommand, outputOf, run, SetupError } from "./process.mjs";

const log = "system-packages";

function isSatisfied({ command, file }) {
  return command === undefined ? existsSync(file) : findCommand(command) !== undefined;
}

function installArguments(names) {
  return ["install", "-y", "--no-install-recommends", ...names];
}

/** undefined where packages cannot be installed without asking for a password. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  return outputOf("sudo", ["-n", "true"]) === undefined ? undefined : ["sudo", "-n"];
}

function missingMessage(missing) {
  const needs = missing.map(({ command, file }) => `  ${command ?? file}`).join("\n");
  const names = missing.map((each) => each.package);
  const advice =
    findCommand("apt-get") === undefined
      ? `Debian's names of their packages are: ${names.join(" ")}`
      : `Please run\n\n    sudo apt-get ${installArguments(names).join(" ")}`;
  return `These are missing on this system, and set-up may not install packages here:
${needs}

${advice}

and then the same make command again.`;
}

/**
 * The step that installs what is missing of `groups`, or undefined when nothing is. Throws, with
 * the command to run, where this user may not install packages.
 */
export function systemPackagesStep(groups) {
  const missing = groups
    .flatMap((group) => versions.systemPackages[group])
    .filter((requirement) => !isSatisfied(requirement));
  if (missing.length === 0) return undefined;
  const prefix = rootPrefix();
  if (prefix === undefined || findCommand("apt-get") === undefined) {
    throw new SetupError(missingMessage(missing));
  }
  const names = missing.map((each) => each.package);
  return {
    name: "system packages",
    key: { names },
    results: [],
    cost: { time: `${names.join(" ")}; all of them: ${versions.systemPackages.cost}` },
    run: (report) => install({ missing, names, prefix, report }),
  };
}

async function install({ missing, names, prefix, report }) {
  const aptGet = [...prefix, "apt-get"];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  report("reading package lists");
  await run(aptGet[0], [...aptGet.slice(1), "update"], { log, env });
  report(`installing ${names.join(" ")}`);
  await run(aptGet[0], [...aptGet.slice(1), ...installArguments(names)], { log, env });
  const still = missing.filter((requirement) => !isSatisfied(requirement));
  if (still.length > 0) throw new SetupError(missingMessage(still));
}
