// SPDX-License-Identifier: Apache-2.0
// Makes dist/: two readable ES modules (index.js for "cortado", codec.js for "cortado/codec", which
// generated code imports too, so it is one copy), their types and source maps. cortado.wasm is put
// there by the wasm build.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

if (!existsSync(join(root, "dist/cortado.wasm"))) {
  console.error(
    "js-glue/dist/cortado.wasm is missing: run `npm run build:wasm` (or `make build`) first.",
  );
  process.exit(1);
}

/** Imports of the codec from outside of it stay imports, of the other module. */
const sharedCodec = {
  name: "shared-codec",
  setup({ onResolve }) {
    onResolve({ filter: /\/codec\/index\.ts$/ }, ({ kind }) =>
      kind === "entry-point" ? undefined : { path: "./codec.js", external: true },
    );
  },
};

await build({
  absWorkingDir: root,
  entryPoints: { index: "src/index.ts", codec: "src/codec/index.ts" },
  outdir: "dist",
  bundle: true,
  format: "esm",
  platform: "neutral",
  target: "es2022",
  sourcemap: true,
  plugins: [sharedCodec],
  logLevel: "warning",
});

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
