// SPDX-License-Identifier: Apache-2.0
// Makes dist/: readable ES modules (index.js for "cortado"; codec.js for "cortado/codec", which
// generated code imports too, so it is one copy; what is only loaded when it is needed), their types
// and source maps. cortado.wasm is put there by the wasm build.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

if (!existsSync(join(root, "dist/cortado.wasm"))) {
  console.error(
    "js-glue/dist/cortado.wasm is missing: run `npm run build:wasm` (or `make build`) first.",
  );
  process.exit(1);
}

/** Source of each module of dist/: what users import, and what index.js loads later. */
const modules = {
  index: "src/index.ts",
  codec: "src/codec/index.ts",
  "fetch-stream": "src/fetch-stream.ts",
  "load-failures": "src/load-failures.ts",
  serving: "src/serving.ts",
  tabs: "src/tabs/share.ts",
  workers: "src/workers/index.ts",
};

/** Imports of a module from another stay imports. */
const separateModules = {
  name: "separate-modules",
  setup({ onResolve }) {
    onResolve({ filter: /\.ts$/ }, ({ kind, path, resolveDir }) => {
      if (kind === "entry-point") return undefined;
      const source = relative(root, join(resolveDir, path));
      const found = Object.entries(modules).find(([, each]) => each === source);
      return found && { path: `./${found[0]}.js`, external: true };
    });
  },
};

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: modules,
  outdir: "dist",
  bundle: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  sourcemap: true,
  metafile: true,
  plugins: [separateModules],
  logLevel: "warning",
});

// A class that two modules have is two classes, and `instanceof` takes one for no other.
const outputOf = new Map();
for (const [output, { inputs }] of Object.entries(metafile.outputs)) {
  for (const input of Object.keys(inputs)) {
    if (outputOf.has(input) && !input.startsWith("src/generated/")) {
      console.error(
        `${input} is in ${outputOf.get(input)} and in ${output}: give it to one of them.`,
      );
      process.exit(1);
    }
    outputOf.set(input, output);
  }
}

// For cortado-generate: what schemas import as "/cortado/annotations.capnp".
cpSync(
  join(root, "../schema/cortado/annotations.capnp"),
  join(root, "dist/schema/cortado/annotations.capnp"),
);
cpSync(join(root, "../LICENSE"), join(root, "dist/LICENSE"));

const tsc = join(
  dirname(createRequire(import.meta.url).resolve("typescript/package.json")),
  "bin/tsc",
);
const types = spawnSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json")], {
  stdio: "inherit",
});
process.exitCode = types.status ?? 1;
