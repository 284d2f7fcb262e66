// SPDX-License-Identifier: Apache-2.0
// Makes ../dist, which the server serves: the bundle, and the files that need no work. `--watch`
// does it again for each change.
import { copyFileSync, cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const dist = here("../dist/");

const copyFiles = {
  name: "copy-files",
  setup(build) {
    build.onEnd(() => {
      for (const file of ["index.html", "cup.svg"]) cpSync(here(file), dist + file);
      // The client looks for its module beside the script it is in.
      copyFileSync(
        fileURLToPath(import.meta.resolve("cortado/cortado.wasm")),
        `${dist}cortado.wasm`,
      );
    });
  },
};

const options = {
  entryPoints: [here("src/main.ts")],
  outdir: dist,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  sourcemap: true,
  logLevel: "info",
  plugins: [copyFiles],
};

if (process.argv.includes("--watch")) {
  await (await esbuild.context(options)).watch();
} else {
  rmSync(dist, { recursive: true, force: true });
  await esbuild.build(options);
}
