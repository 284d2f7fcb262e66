#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// cortado-generate: TypeScript from Cap'n Proto schemas. Runs `capnp` and `capnpc-cortado`, which
// must be installed; it brings neither, as they are native programs.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const usage = `Usage: cortado-generate [options] SCHEMA.capnp...

Makes SCHEMA.cortado.ts of each schema: types, codecs, clients.

  --out DIR              where to put them (default: beside where it is run: ./generated)
  --openrpc DIR          an OpenRPC document of each schema's services, too
  -I, --import DIR       where imports that begin with "/" are looked for; may be repeated
  --src-prefix DIR       part of the schemas' paths that is left out of the output's
  --capnp PROGRAM        Cap'n Proto's compiler (default: $CORTADO_CAPNP, else capnp on PATH)
  --plugin PROGRAM       Cortado's generator (default: $CORTADO_PLUGIN, else capnpc-cortado on PATH)
  -h, --help`;

const cures = {
  capnp:
    "Install Cap'n Proto 1.1 (https://capnproto.org/install.html), or name its compiler by --capnp or CORTADO_CAPNP.",
  plugin:
    "Build it in Cortado's repository (`make build` makes build/release/bin/capnpc-cortado), and name it by --plugin or CORTADO_PLUGIN.",
};

class UsageError extends Error {}

function commandLine() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        out: { type: "string", default: "generated" },
        openrpc: { type: "string" },
        import: { type: "string", short: "I", multiple: true, default: [] },
        "src-prefix": { type: "string" },
        capnp: { type: "string", default: process.env.CORTADO_CAPNP ?? "" },
        plugin: { type: "string", default: process.env.CORTADO_PLUGIN ?? "" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
  } catch (error) {
    throw new UsageError(`${error.message}\n\n${usage}`);
  }
}

/** A program by its path, or by its name on PATH. */
function findProgram(given, name, cure) {
  const onWindows = process.platform === "win32";
  const candidates =
    given !== ""
      ? [given]
      : (process.env.PATH ?? "")
          .split(delimiter)
          .map((folder) => join(folder, onWindows ? `${name}.exe` : name));
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  const where = given === "" ? `${name} is not on PATH.` : `There is no program ${given}.`;
  throw new UsageError(`${where} ${cure}`);
}

/** The folder of cortado/annotations.capnp: in the package, or in the repository. */
function schemaFolder() {
  const package_ = join(dirname(fileURLToPath(import.meta.url)), "..");
  return [join(package_, "dist/schema"), join(package_, "../schema")].find(existsSync);
}

function exitOf(child, name) {
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new UsageError(`${name} does not run: ${error.message}`)));
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

async function main() {
  const { values, positionals: schemas } = commandLine();
  if (values.help) return console.log(usage);
  if (schemas.length === 0) throw new UsageError(`No schema was given.\n\n${usage}`);
  const capnp = findProgram(values.capnp, "capnp", cures.capnp);
  const plugin = findProgram(values.plugin, "capnpc-cortado", cures.plugin);

  const folders = [...values.import, schemaFolder()].filter((folder) => folder !== undefined);
  const compileArguments = ["compile", "-o-", ...folders.map((folder) => `-I${folder}`)];
  if (values["src-prefix"] !== undefined) {
    compileArguments.push(`--src-prefix=${values["src-prefix"]}`);
  }
  const pluginArguments = [`--ts=${values.out}`];
  if (values.openrpc !== undefined) pluginArguments.push(`--openrpc=${values.openrpc}`);
  for (const folder of [values.out, values.openrpc]) {
    if (folder !== undefined) mkdirSync(folder, { recursive: true });
  }

  const compiler = spawn(capnp, [...compileArguments, ...schemas], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const generator = spawn(plugin, pluginArguments, { stdio: ["pipe", "inherit", "inherit"] });
  compiler.stdout.pipe(generator.stdin);
  generator.stdin.on("error", () => {}); // it ended early: its exit status says so
  const [compiled, generated] = await Promise.all([
    exitOf(compiler, capnp),
    exitOf(generator, plugin),
  ]);
  process.exitCode = compiled || generated;
}

try {
  await main();
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`cortado-generate: ${error.message}`);
  process.exitCode = 2;
}
