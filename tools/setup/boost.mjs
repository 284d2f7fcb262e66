// SPDX-License-Identifier: Apache-2.0
// Boost's headers: the system's when new enough, else those of a newer Debian suite, in a folder
// of their own so that no other header of that suite can be found beside them.
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { debianArchive, unpackPackages } from "./apt.mjs";
import { compareVersions, toolchainDir, versions } from "./paths.mjs";
import { SetupError } from "./process.mjs";

const settings = versions.boost;
const root = join(toolchainDir, "boost");
const systemIncludes = ["/usr/local/include", "/usr/include", "/opt/homebrew/include"];

/** "1.88.0" from the headers below `include`, or undefined. */
function boostVersion(include) {
  const header = join(include, "boost/version.hpp");
  if (!existsSync(header)) return undefined;
  const digits = /#define BOOST_VERSION (\d+)/.exec(readFileSync(header, "utf8"))?.[1];
  if (digits === undefined) return undefined;
  const number = Number(digits); // major * 100000 + minor * 100 + patch
  return `${Math.floor(number / 100_000)}.${Math.floor(number / 100) % 1000}.${number % 100}`;
}

/** A folder of the system, or BOOST_ROOT, whose Boost is new enough; else undefined. */
function systemBoostInclude() {
  const chosen = process.env.BOOST_ROOT;
  const own = chosen ? [join(chosen, "include"), chosen] : [];
  return [...own, ...systemIncludes].find((include) => {
    const version = boostVersion(include);
    return version !== undefined && compareVersions(version, settings.minimum) >= 0;
  });
}

/** Which Boost this run uses: { include, step }, with the step that makes it if one must. */
export function chooseBoost() {
  const include = systemBoostInclude();
  if (include !== undefined) return { include };
  if (debianArchive() === undefined) {
    throw new SetupError(
      `Cortado needs the headers of Boost ${settings.minimum} or newer, and this machine has none.
Please install them, or unpack Boost's release (nothing needs to be compiled) and set BOOST_ROOT
to the folder that holds boost/version.hpp.`,
    );
  }
  return { include: join(root, "usr/include"), step: boostStep };
}

const boostStep = {
  name: "boost",
  key: { suite: settings.suite, packages: settings.packages },
  results: [join(root, "usr/include/boost/version.hpp")],
  cost: settings.cost,
  run: async (report) => {
    const part = `${root}.part`;
    await unpackPackages({ ...settings, root: part, log: "boost", report });
    rmSync(root, { recursive: true, force: true });
    renameSync(part, root);
  },
};
