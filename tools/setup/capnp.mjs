// SPDX-License-Identifier: Apache-2.0
// Cap'n Proto: the release by its hash, unpacked (the CMake build takes capnp-lite from the same
// folder), and its two host tools, `capnp` and `capnpc-c++`, compiled from it. A system's own
// `capnp` is never used: generated code and library must be of one version.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { debianArchive } from "./apt.mjs";
import { downloadsDir, repositoryRoot, toolchainDir, versions } from "./paths.mjs";
import { run, SetupError } from "./process.mjs";
import { emptyFolder } from "./steps.mjs";

const settings = versions.capnproto;
const root = join(toolchainDir, "capnp");
const tarball = join(downloadsDir, `capnproto-${settings.version}.tar.gz`);
const log = "capnp";

export const capnpSource = join(root, "source");
export const capnpBin = join(root, "bin");
export const capnpInclude = join(root, "include");

export const capnpStep = {
  name: "capnp",
  // The place is part of the key: `capnp` carries the absolute path of its own schema files.
  key: { version: settings.version, sha256: settings.sha256, root },
  results: [join(capnpBin, "capnp"), join(capnpSource, "c++/CMakeLists.txt")],
  cost: settings.cost,
  run: async (report) => {
    report("downloading");
    await download();
    report("unpacking");
    await unpack();
    await buildTools(report);
  },
};

function hasRightHash(path) {
  if (!existsSync(path)) return false;
  return createHash("sha256").update(readFileSync(path)).digest("hex") === settings.sha256;
}

/** The archive this machine installs from is near and known to be reachable: it comes first. */
function addresses() {
  const archive = debianArchive();
  const isWeb = archive !== undefined && /^https?:/.test(archive);
  return isWeb ? [`${archive}/${settings.pool}`, settings.release] : [settings.release];
}

async function download() {
  if (hasRightHash(tarball)) return;
  mkdirSync(downloadsDir, { recursive: true });
  const failures = [];
  for (const address of addresses()) {
    try {
      await downloadFrom(address);
      return;
    } catch (error) {
      failures.push(`${address}: ${error.message.split("\n").at(-1)}`);
    }
  }
  throw new SetupError(
    `Could not download Cap'n Proto ${settings.version}:\n  ${failures.join("\n  ")}\n` +
      `With the release at hand, put it at\n  ${tarball}\nand run the same command again.`,
  );
}

/** CMake downloads: every machine that builds Cortado has it, and it heeds the usual proxies. */
async function downloadFrom(address) {
  const part = `${tarball}.part`;
  const script = join(repositoryRoot, "tools/setup/download.cmake");
  await run("cmake", [`-DADDRESS=${address}`, `-DTARGET=${part}`, "-P", script], { log });
  if (!hasRightHash(part)) {
    rmSync(part, { force: true });
    throw new Error(`its SHA-256 is not ${settings.sha256}`);
  }
  renameSync(part, tarball);
}

async function unpack() {
  const part = `${root}.part`;
  emptyFolder(part);
  await run("tar", ["-xzf", tarball, "-C", part, "--strip-components=1"], { log });
  emptyFolder(root);
  // The release has the C++ folder at its top; the pool's copy has it below `c++`.
  if (existsSync(join(part, "c++"))) renameSync(part, capnpSource);
  else {
    mkdirSync(capnpSource);
    renameSync(part, join(capnpSource, "c++"));
  }
}

async function buildTools(report) {
  const build = join(root, "build");
  const options = ["BUILD_TESTING=OFF", "WITH_OPENSSL=OFF", "WITH_ZLIB=OFF", "WITH_FIBERS=OFF"];
  report("configuring");
  await run(
    "cmake",
    [
      ...["-S", join(capnpSource, "c++"), "-B", build, "-G", "Ninja"],
      "-DCMAKE_BUILD_TYPE=Release",
      "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG", // compiles a third faster; schemas are small
      `-DCMAKE_INSTALL_PREFIX=${root}`, // `capnp` looks for /capnp/c++.capnp in its include/
      ...options.map((option) => `-D${option}`),
    ],
    { log },
  );
  report("compiling capnp and capnpc-c++");
  const jobs = process.env.CMAKE_BUILD_PARALLEL_LEVEL ?? String(availableParallelism());
  const targets = ["--target", "capnp_tool", "capnpc_cpp"];
  await run("cmake", ["--build", build, "--parallel", jobs, ...targets], { log });
  mkdirSync(capnpBin);
  for (const tool of ["capnp", "capnpc-c++"]) {
    cpSync(join(build, "src/capnp", tool), join(capnpBin, tool));
  }
  for (const schema of ["c++", "schema", "stream", "json"]) {
    const file = `capnp/${schema === "json" ? "compat/json" : schema}.capnp`;
    cpSync(join(capnpSource, "c++/src", file), join(capnpInclude, file));
  }
  rmSync(build, { recursive: true, force: true });
}
