// SPDX-License-Identifier: Apache-2.0
// Packages of a newer Debian suite, unpacked into a folder of the clone. The system's own apt
// state is read (for the archive's address and its signing keys) and never written: the private
// state below has its own lists, an empty status file and its own sources.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { downloadsDir, toolchainDir } from "./paths.mjs";
import { findCommand, outputOf, run, SetupError } from "./process.mjs";
import { emptyFolder } from "./steps.mjs";

const sourcesFile = "/etc/apt/sources.list";
const sourcesFolder = "/etc/apt/sources.list.d";
const keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

function osRelease() {
  const text = existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
  return Object.fromEntries(
    [...text.matchAll(/^(\w+)="?([^"\n]*)"?$/gm)].map(([, name, value]) => [name, value]),
  );
}

/** Entries of a deb822 file: stanzas of `Field: value`, continued on indented lines. */
export function parseDeb822(text) {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const lines = stanza.split("\n").filter((line) => !line.startsWith("#"));
    const fields = {};
    for (const [, name, value] of lines
      .join("\n")
      .matchAll(/^([\w-]+):((?:.*\n?)(?:[ \t].*\n?)*)/gm)) {
      fields[name.toLowerCase()] = value.trim().split(/\s+/);
    }
    if (!fields.types?.includes("deb") || fields.enabled?.[0] === "no") return [];
    return (fields.uris ?? []).map((uri) => ({
      uri,
      suites: fields.suites ?? [],
      components: fields.components ?? [],
    }));
  });
}

/** Entries of the one-line format: `deb [options] uri suite component...`. */
export function parseOneLine(text) {
  return [...text.matchAll(/^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*([^#\n]*)/gm)].map(
    ([, uri, suite, components]) => ({
      uri,
      suites: [suite],
      components: components.trim().split(/\s+/),
    }),
  );
}

function aptSources() {
  const files = existsSync(sourcesFolder) ? readdirSync(sourcesFolder) : [];
  const paths = [sourcesFile, ...files.map((file) => join(sourcesFolder, file))];
  return paths.flatMap((path) => {
    if (!existsSync(path)) return [];
    if (path.endsWith(".sources")) return parseDeb822(readFileSync(path, "utf8"));
    return path.endsWith(".list") ? parseOneLine(readFileSync(path, "utf8")) : [];
  });
}

/**
 * The address of the Debian archive this machine installs from, or undefined where there is none
 * (Ubuntu's archive has other suites, so it does not count).
 */
export function debianArchive() {
  const { ID, VERSION_CODENAME } = osRelease();
  if (ID !== "debian" || findCommand("apt-get") === undefined) return undefined;
  const suites = new Set([VERSION_CODENAME, "stable", "testing", "unstable", "sid"]);
  const entry = aptSources().find(
    ({ suites: entrySuites, components }) =>
      components.includes("main") && entrySuites.some((suite) => suites.has(suite)),
  );
  return entry?.uri.replace(/\/*$/, "");
}

function privateAptOptions(suite, archive) {
  const state = join(toolchainDir, "apt", suite);
  const lists = join(state, "lists");
  mkdirSync(join(lists, "partial"), { recursive: true });
  const archives = join(state, "archives");
  mkdirSync(join(archives, "partial"), { recursive: true });
  const signedBy = existsSync(keyring) ? `[signed-by=${keyring}] ` : "";
  writeFileSync(join(state, "sources.list"), `deb ${signedBy}${archive} ${suite} main\n`);
  writeFileSync(join(state, "status"), "");
  const settings = {
    "Dir::Etc::sourcelist": join(state, "sources.list"),
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::Etc::preferences": "/dev/null",
    "Dir::Etc::preferencesparts": "/dev/null",
    "Dir::State": state,
    "Dir::State::lists": lists,
    "Dir::State::status": join(state, "status"),
    "Dir::Cache::archives": archives,
    "Dir::Cache::pkgcache": "",
    "Dir::Cache::srcpkgcache": "",
    "APT::Install-Recommends": "0",
    "APT::Sandbox::User": userInfo().username,
    "Acquire::Languages": "none",
    "Acquire::Retries": "3",
  };
  return Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
}

/** How many bytes `apt-get download` would fetch, from its own list of addresses. */
function downloadSize(options, packages) {
  const uris = outputOf("apt-get", [...options, "--print-uris", "download", ...packages]) ?? "";
  return [...uris.matchAll(/^'\S+ \S+ (\d+) /gm)].reduce((sum, [, size]) => sum + Number(size), 0);
}

/**
 * Downloads packages of `suite` and unpacks them into the empty folder `root`. Packages already
 * downloaded whole by an interrupted run are not fetched again: apt checks their hashes.
 */
export async function unpackPackages({ suite, packages, root, log, report }) {
  const archive = debianArchive();
  if (archive === undefined) throw new SetupError("no Debian archive is configured here");
  const options = privateAptOptions(suite, archive);
  const downloads = join(downloadsDir, suite);
  mkdirSync(downloads, { recursive: true });

  report(`reading the package lists of ${suite}`);
  await run("apt-get", [...options, "update"], { log });
  const size = Math.round(downloadSize(options, packages) / 1e6);
  report(`downloading ${size} MB`);
  await run("apt-get", [...options, "download", ...packages], { log, cwd: downloads });

  emptyFolder(root);
  for (const file of newestOfEach(downloads, packages)) {
    report(`unpacking ${file}`);
    await run("dpkg", ["-x", join(downloads, file), root], { log });
  }
  rmSync(downloads, { recursive: true, force: true });
}

/** The archive may have moved on between two interrupted runs and left two versions here. */
function newestOfEach(downloads, packages) {
  const files = readdirSync(downloads).filter((file) => file.endsWith(".deb"));
  return packages.map((name) => {
    const candidates = files.filter((file) => file.startsWith(`${name}_`));
    return candidates.reduce((newest, file) =>
      outputOf("dpkg", ["--compare-versions", file.split("_")[1], "gt", newest.split("_")[1]]) ===
      undefined
        ? newest
        : file,
    );
  });
}
