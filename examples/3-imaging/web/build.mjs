// SPDX-License-Identifier: Apache-2.0
// Makes ../dist, which the server serves: the page and its workers, the modules they start, and the
// files that need no work. `--watch` does it again for each change.
import { copyFileSync, cpSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const dist = here("../dist/");
const packageFile = (name) => fileURLToPath(import.meta.resolve(name));

const codec = dirname(packageFile("@jsquash/jpeg/decode.js"));
/** Scripts look for them beside themselves. */
const modules = [
  packageFile("cortado/cortado.wasm"),
  packageFile("cortado/bus.wasm"),
  here("generated/kernel.wasm"),
  here("generated/kernel-alone.wasm"),
  join(codec, "codec/dec/mozjpeg_dec.wasm"),
  join(codec, "codec/enc/mozjpeg_enc.wasm"),
];

const copyFiles = {
  name: "copy-files",
  setup(build) {
    build.onEnd(() => {
      for (const file of ["index.html", "lamp.svg"]) cpSync(here(file), dist + file);
      for (const file of modules) copyFileSync(file, dist + basename(file));
    });
  },
};

const options = {
  entryPoints: ["main", "imaging.worker", "bare.worker", "comlink.worker"].map((name) =>
    here(`src/${name}.ts`),
  ),
  outdir: dist,
  bundle: true,
  splitting: true, // the codec is loaded when it is needed
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
