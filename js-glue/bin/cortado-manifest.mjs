#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// cortado-manifest: writes the manifest by which pages find out that there is a newer version of a
// worker's script, and that what they fetch is it: see watchManifest() of "cortado/workers".
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { parseArgs } from "node:util";

const usage = `Usage: cortado-manifest [options] NAME=FILE...

Writes a manifest of workers: the address and the SHA-256 of each script, as it was built.

  --out FILE             where to put it (default: workers.json)
  --base URL             where the scripts are served from, by their file names (default: their
                         paths from the manifest's folder)
  --version TEXT         what this version is called (default: a hash of all of it)
  -h, --help`;

class UsageError extends Error {}

function commandLine() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        out: { type: "string", default: "workers.json" },
        base: { type: "string" },
        version: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw new UsageError(`${error.message}\n\n${usage}`);
  }
}

function sha256Of(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}

function read(file) {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error.message}`);
  }
}

/** Segment by segment: a name may hold what has a meaning in an address. */
function addressOf(file, { out, base }) {
  const path = relative(dirname(resolve(out)), resolve(file)).split(sep);
  const segments = (base === undefined ? path : path.slice(-1)).map(encodeURIComponent);
  return base === undefined ? segments.join("/") : `${base.replace(/\/$/, "")}/${segments[0]}`;
}

function entryOf(argument, options) {
  const [, name, file] = /^([^=]+)=(.+)$/.exec(argument) ?? [];
  if (name === undefined) throw new UsageError(`"${argument}" is not NAME=FILE.\n\n${usage}`);
  return [name, { url: addressOf(file, options), sha256: sha256Of(read(file)) }];
}

function main() {
  const { values, positionals } = commandLine();
  if (values.help) return console.log(usage);
  if (positionals.length === 0) throw new UsageError(`No worker was given.\n\n${usage}`);
  const entries = positionals.map((argument) => entryOf(argument, values));
  const workers = Object.fromEntries(entries);
  if (Object.keys(workers).length < entries.length) {
    throw new UsageError("Two workers have the same name.");
  }
  const version = values.version ?? sha256Of(JSON.stringify(workers)).slice(0, 16);
  writeFileSync(values.out, `${JSON.stringify({ version, workers }, null, 2)}\n`);
}

try {
  main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`cortado-manifest: ${error.message}`);
  process.exitCode = 2;
}
