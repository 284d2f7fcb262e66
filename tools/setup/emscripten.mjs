// SPDX-License-Identifier: Apache-2.0
// The Emscripten compiler: the user's own when it is new enough, else a private one under
// .toolchain/, made of packages of a newer Debian suite. The private one brings its own C library
// and loader, so that it runs on an older system without changing it.
import {
  closeSync,
  cpSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { debianArchive, unpackPackages } from "./apt.mjs";
import { compareVersions, toolchainDir, versions } from "./paths.mjs";
import { findCommand, outputOf, run, SetupError } from "./process.mjs";

const settings = versions.emscripten;

function emccVersion(emcc) {
  return /\b(\d+\.\d+\.\d+)\b/.exec(outputOf(emcc, ["--version"]) ?? "")?.[1];
}

/** Emscripten's folder, which holds emcc.py and cmake/; `emcc` itself may be a link or wrapper. */
function rootOfCommand(emcc) {
  const folder = dirname(realpathSync(emcc));
  return outputOf(join(folder, "em-config"), ["EMSCRIPTEN_ROOT"]) ?? folder;
}

function userEmcc() {
  const sdk = process.env.EMSDK;
  const inSdk = sdk && join(sdk, "upstream/emscripten/emcc");
  return findCommand("emcc") ?? (inSdk && existsSync(inSdk) ? inSdk : undefined);
}

/**
 * Which Emscripten this run uses: { kind, root, version, step }, with the step that makes it if it
 * is a private one. CORTADO_EMSCRIPTEN=3 or 6 asks for that; else the user's own comes first.
 */
export function chooseEmscripten() {
  const wish = process.env.CORTADO_EMSCRIPTEN ?? "";
  if (wish !== "" && !/^[36]$/.test(wish)) {
    throw new SetupError(`CORTADO_EMSCRIPTEN is "${wish}"; it can be 3 or 6.`);
  }
  const emcc = wish === "" ? userEmcc() : undefined;
  const version = emcc && emccVersion(emcc);
  if (version && compareVersions(version, settings.minimum) >= 0) {
    return { kind: "own", root: rootOfCommand(emcc), version };
  }
  if (emcc) console.log(`setup: ${emcc} is version ${version}: older than ${settings.minimum}`);
  if (debianArchive() === undefined) throw new SetupError(installMessage());
  return privateEmscripten(wish === "" ? settings.default : wish);
}

function privateEmscripten(major) {
  const recipe = settings[major];
  const home = join(toolchainDir, `emscripten-${major}`);
  const root = join(home, "usr/share/emscripten");
  const step = {
    name: `emscripten-${major}`,
    // The place is part of the key: the programs carry the absolute path of their loader.
    key: { recipe: recipe.packages, suite: recipe.suite, home },
    results: [join(root, "emcc.py")],
    cost: recipe.cost,
    run: (report) => makePrivate({ major, recipe, root: home, report }),
  };
  return { kind: "private", root, version: `${major}, private`, step };
}

async function makePrivate({ major, recipe, root, report }) {
  const log = `emscripten-${major}`;
  const part = `${root}.part`;
  await unpackPackages({ ...recipe, root: part, log, report });
  report("pointing its programs to its own libraries");
  await patchPrograms({ part, root, llvm: recipe.llvm, log });
  // A symbolic link would not do: node resolves it and then looks for modules beside the target.
  cpSync(join(part, "usr/share/nodejs"), join(part, "usr/share/emscripten/node_modules"), {
    recursive: true,
    dereference: true,
  });
  writeConfig({ part, root, llvm: recipe.llvm });
  rmSync(root, { recursive: true, force: true });
  renameSync(part, root);
  const version = emccVersion(join(root, "usr/share/emscripten/emcc"));
  if (version === undefined || compareVersions(version, settings.minimum) < 0) {
    throw new SetupError(`The private emcc in ${root} does not run, or is too old: ${version}`);
  }
}

/** Emscripten reads `.emscripten` beside emcc, so no environment variable is needed to use it. */
function writeConfig({ part, root, llvm }) {
  const lines = [
    `EMSCRIPTEN_ROOT = '${root}/usr/share/emscripten'`,
    `LLVM_ROOT = '${root}/usr/lib/llvm-${llvm}/bin'`,
    `BINARYEN_ROOT = '${root}/usr'`,
    `NODE_JS = '${process.execPath}'`,
    `CACHE = '${root}/usr/share/emscripten/cache'`,
  ];
  writeFileSync(join(part, "usr/share/emscripten/.emscripten"), `${lines.join("\n")}\n`);
}

/** Sets loader and library path of every dynamic program, and of the libraries with their own. */
async function patchPrograms({ part, root, llvm, log }) {
  const triplet = readdirSync(join(part, "usr/lib")).find((name) => name.endsWith("-linux-gnu"));
  const libraries = `usr/lib/${triplet}`;
  const loader = readdirSync(join(part, libraries)).find((name) => /^ld-linux.*\.so/.test(name));
  const searchPath = ["--force-rpath", "--set-rpath", join(root, libraries)];
  const interpreter = ["--set-interpreter", join(root, libraries, loader)];
  const folders = [join(part, "usr/bin"), join(part, `usr/lib/llvm-${llvm}/bin`)];
  const programs = folders.flatMap(elfFiles).filter(isDynamic);
  for (const program of programs) {
    await run("patchelf", [...interpreter, ...searchPath, program], { log });
  }
  // Their own RUNPATH would hide the one of the program that loads them.
  const hiding = elfFiles(join(part, libraries)).filter((path) => /lib(LLVM|clang-cpp)/.test(path));
  for (const library of hiding) {
    await run("patchelf", [...searchPath, library], { log });
  }
}

function elfFiles(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(folder, entry.name))
    .filter(isElf);
}

function isElf(path) {
  const start = Buffer.alloc(4);
  const file = openSync(path, "r");
  readSync(file, start, 0, 4, 0);
  closeSync(file);
  return start.equals(Buffer.from([0x7f, 0x45, 0x4c, 0x46]));
}

function isDynamic(path) {
  return outputOf("patchelf", ["--print-interpreter", path]) !== undefined;
}

/** What to do where set-up cannot make a tool chain by itself. */
function installMessage() {
  return `Cortado needs Emscripten ${settings.minimum} or newer, and this machine has none.
Set-up can make one by itself on Debian only. Please install emsdk, as Emscripten's own
documentation describes (section "Download and install"), then make it visible:

    ./emsdk install latest && ./emsdk activate latest
    source ./emsdk_env.sh        # in the shell that runs make

and run the same make command again.`;
}
