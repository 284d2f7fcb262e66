// SPDX-License-Identifier: Apache-2.0
// node tools/setup/setup.mjs PROFILE: makes this clone able to build, test and so on. Every make
// target calls it first; what is already done costs milliseconds. README says what each step
// costs; `rm -rf .toolchain node_modules` undoes all of it except system packages.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { chooseBoost } from "./boost.mjs";
import { hasPlaywrightBrowsers } from "./browsers.mjs";
import { capnpBin, capnpSource, capnpStep } from "./capnp.mjs";
import { chooseEmscripten } from "./emscripten.mjs";
import { npmStep } from "./npm.mjs";
import { compareVersions, repositoryRoot, toolchainDir, versions } from "./paths.mjs";
import { outputOf, SetupError } from "./process.mjs";
import { runStep, withLock, writeWhole } from "./steps.mjs";
import { systemPackagesStep } from "./system-packages.mjs";

/** Which groups of system packages a profile needs beyond `build`. */
const profiles = {
  build: [],
  demo: [],
  bench: ["browsers"],
  check: ["test", "check"],
  test: ["test", "browsers"],
};

function checkPrerequisites() {
  const found = { node: process.versions.node, cmake: cmakeVersion() };
  for (const [name, version] of Object.entries(found)) {
    const { minimum } = versions[name];
    if (version === undefined || compareVersions(version, minimum) < 0) {
      const state = version === undefined ? "is missing" : `is version ${version}`;
      throw new SetupError(`${name} ${state}; Cortado needs ${minimum} or newer.`);
    }
  }
}

function cmakeVersion() {
  return /version (\d+\.\d+\.\d+)/.exec(outputOf("cmake", ["--version"]) ?? "")?.[1];
}

function packageGroups(profile, emscripten) {
  const groups = ["build", ...profiles[profile]];
  if (emscripten?.kind === "private") groups.push("privateToolchain");
  return groups.filter((group) => group !== "browsers" || !hasPlaywrightBrowsers());
}

/**
 * Decides everything before anything is done, so that whoever has to install something by hand
 * learns all of it at once, and not after minutes of downloads.
 */
function makePlan(profile) {
  const problems = [];
  const decide = (decision) => {
    try {
      return decision();
    } catch (error) {
      if (!(error instanceof SetupError)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  decide(checkPrerequisites);
  const emscripten = decide(chooseEmscripten);
  const boost = decide(chooseBoost);
  const packages = decide(() => systemPackagesStep(packageGroups(profile, emscripten)));
  if (problems.length > 0) throw new SetupError(problems.join("\n\n"));
  return { emscripten, boost, packages };
}

/** Paths inside the clone are written relative to it: the file then survives a moved clone. */
function cmakePath(path) {
  const inside = relative(toolchainDir, path);
  return inside.startsWith("..") ? path : `\${CMAKE_CURRENT_LIST_DIR}/${inside}`;
}

/**
 * Tells CMake what set-up found. The root CMakeLists.txt and the Emscripten toolchain file include
 * .toolchain/setup.cmake when it is there; a variable given by -D wins.
 */
function writeSettings({ emscripten, boost }) {
  const variables = {
    CORTADO_EMSCRIPTEN_ROOT: emscripten.root,
    CORTADO_BOOST_INCLUDE_DIR: boost.include,
    CORTADO_CAPNP_SOURCE_DIR: capnpSource,
    CORTADO_CAPNP_TOOLS_DIR: capnpBin,
  };
  const lines = Object.entries(variables).map(
    ([name, path]) => `if(NOT DEFINED ${name})\n  set(${name} "${cmakePath(path)}")\nendif()`,
  );
  // The version is there to be compared: an emsdk may be updated where it lies.
  const header =
    "# Written by tools/setup/setup.mjs on every run; do not edit.\n" +
    `# Emscripten ${emscripten.version}\n`;
  const path = join(toolchainDir, "setup.cmake");
  const text = `${header}${lines.join("\n")}\n`;
  const before = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  if (before === text) return;
  writeWhole(path, text);
  if (before !== undefined) dropWasmBuilds();
}

/** Object files of one compiler are of no use to another, nor is CMake's cache of it. */
function dropWasmBuilds() {
  console.log(
    "setup: the compiler or a library changed: build/wasm and build/wasm-dev are dropped",
  );
  for (const preset of ["wasm", "wasm-dev"]) {
    rmSync(join(repositoryRoot, "build", preset), { recursive: true, force: true });
  }
}

/** Emscripten's scripts are CommonJS; the workspace's package.json would make them ESM. */
function shieldToolchain() {
  writeFileSync(join(toolchainDir, "package.json"), '{ "type": "commonjs" }\n');
}

async function setUp(profile) {
  shieldToolchain();
  const { emscripten, boost, packages } = makePlan(profile);
  for (const step of [packages, emscripten.step, boost.step, capnpStep]) {
    if (step !== undefined) await runStep(step);
  }
  writeSettings({ emscripten, boost });
  await runStep(npmStep());
}

async function main() {
  const profile = process.argv[2] ?? "build";
  if (!Object.hasOwn(profiles, profile)) {
    const names = Object.keys(profiles).join(", ");
    throw new SetupError(`usage: node tools/setup/setup.mjs PROFILE, one of: ${names}`);
  }
  await withLock(() => setUp(profile));
}

try {
  await main();
} catch (error) {
  console.error(`\nsetup: ${error instanceof SetupError ? error.message : error.stack}`);
  process.exitCode = 1;
}
