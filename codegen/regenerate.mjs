// SPDX-License-Identifier: Apache-2.0
// node codegen/regenerate.mjs [--check] [--generator PATH] [--capnp PATH] [--import DIR]: makes every
// generated file that is checked in. With --check nothing is written: it says what differs and
// fails. Paths default to those of set-up and of the release build.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const { values: options } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    generator: { type: "string", default: join(root, "build/release/bin/capnpc-cortado") },
    capnp: { type: "string", default: join(root, ".toolchain/capnp/bin/capnp") },
    import: { type: "string", default: join(root, ".toolchain/capnp/include") },
  },
});

/** Paths below `folder`, relative to it, sorted. */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

function run(command, args, input) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    input,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}\n${stderr}`);
  return stdout;
}

/** Runs compiler and generator on one schema; `flags` as of capnpc-cortado. */
function generate(schema, prefix, flags) {
  const args = ["compile", `-I${options.import}`, "-Ischema", `--src-prefix=${prefix}`, "-o-"];
  const request = run(options.capnp, [...args, schema]);
  run(options.generator, [`--source=${prefix}`, ...flags], request);
}

/** Copies what was made, or compares it. Gives the paths that are not as they should be. */
function settle(made, target, isWholeFolder) {
  const expected = filesBelow(made);
  const present = isWholeFolder ? filesBelow(target) : expected;
  const surplus = present.filter((path) => !expected.includes(path));
  const changed = expected.filter((path) => {
    const place = join(target, path);
    return !existsSync(place) || !readFileSync(place).equals(readFileSync(join(made, path)));
  });
  if (!options.check) {
    for (const path of surplus) rmSync(join(target, path));
    for (const path of changed) {
      mkdirSync(dirname(join(target, path)), { recursive: true });
      writeFileSync(join(target, path), readFileSync(join(made, path)));
    }
  }
  return [...surplus, ...changed].map((path) => relative(root, join(target, path)));
}

const outputs = [
  {
    target: "wire",
    make: (to) => generate("schema/cortado/protocol.capnp", "schema", [`--plain-cpp=${to}`]),
  },
  {
    target: "client-wasm/client",
    make: (to) =>
      generate("client-wasm/client/abi.capnp", "client-wasm/client", [`--plain-cpp=${to}`]),
  },
  {
    target: "client-wasm/bus",
    make: (to) => generate("client-wasm/bus/bus.capnp", "client-wasm/bus", [`--plain-cpp=${to}`]),
  },
  {
    target: "client-wasm/proxy",
    make: (to) =>
      generate("client-wasm/proxy/proxy.capnp", "client-wasm/proxy", [`--plain-cpp=${to}`]),
  },
  {
    target: "js-glue/src/generated",
    make: (to) => {
      generate("schema/cortado/protocol.capnp", "schema", [`--plain-ts=${to}`]);
      generate("client-wasm/client/abi.capnp", "client-wasm/client", [`--plain-ts=${to}`]);
      generate("client-wasm/bus/bus.capnp", "client-wasm/bus", [`--plain-ts=${to}`]);
      generate("client-wasm/proxy/proxy.capnp", "client-wasm/proxy", [`--plain-ts=${to}`]);
    },
  },
  {
    target: "schema/vectors/generated",
    isWholeFolder: true,
    make: (to) => generate("schema/vectors/vectors.capnp", "schema/vectors", [`--ts=${to}`]),
  },
  {
    target: "codegen/golden",
    isWholeFolder: true,
    make: (to) => {
      const testdata = join(root, "codegen/testdata");
      for (const file of filesBelow(testdata)) {
        if (!file.endsWith(".capnp") || file.startsWith("unsupported_")) continue;
        const kinds = ["cpp", "json", "ts", "openrpc"];
        generate(
          join("codegen/testdata", file),
          "codegen/testdata",
          kinds.map((kind) => `--${kind}=${to}`),
        );
      }
    },
  },
];

const temporary = mkdtempSync(join(tmpdir(), "cortado-regenerate-"));
try {
  const differing = outputs.flatMap(({ target, make, isWholeFolder }) => {
    const made = join(temporary, target);
    mkdirSync(made, { recursive: true });
    make(made);
    return settle(made, join(root, target), isWholeFolder === true);
  });
  for (const path of differing) {
    console.log(options.check ? `${path} is not what the generator makes` : `made ${path}`);
  }
  if (options.check && differing.length > 0) {
    console.log("Look at the difference after `npm run regenerate`, which writes these files.");
    process.exitCode = 1;
  }
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(temporary, { recursive: true });
}
