// SPDX-License-Identifier: Apache-2.0
// Makes the pages of the tests: plain ones, which only need types stripped from generated code, and
// the same small application bundled by esbuild and by Vite.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as vite from "vite";
import { buildCppWorker } from "./build-cpp-worker.ts";
import { e2eFolder, siteFolder } from "./paths.ts";

const pages = join(e2eFolder, "pages");
const wasm = fileURLToPath(import.meta.resolve("cortado/cortado.wasm"));

export async function buildSite(): Promise<void> {
  rmSync(siteFolder, { recursive: true, force: true });
  await buildPlain();
  await buildCppWorker();
  await bundleByEsbuild();
  await bundleByVite();
}

async function buildPlain(): Promise<void> {
  cpSync(join(pages, "index.html"), join(siteFolder, "index.html"));
  cpSync(dirname(wasm), join(siteFolder, "cortado"), { recursive: true });
  await esbuild.build({
    entryPoints: ["feed", "feed_older", "feed_newer", "probe"].map((name) =>
      join(e2eFolder, `generated/${name}.cortado.ts`),
    ),
    outdir: join(siteFolder, "generated"),
    target: "es2022",
  });
}

/** With and without the permission to compile WebAssembly, under an otherwise strict policy. */
const policies = {
  "index.html": undefined,
  "strict.html": "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'",
  "no-wasm.html": "default-src 'self'",
};

async function bundleByEsbuild(): Promise<void> {
  const outdir = join(siteFolder, "esbuild");
  mkdirSync(outdir, { recursive: true });
  await esbuild.build({
    entryPoints: [join(pages, "bundled.ts")],
    outdir,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
  });
  cpSync(wasm, join(outdir, "cortado.wasm"));
  const html = readFileSync(join(pages, "bundled.html"), "utf8").replace(
    "bundled.ts",
    "bundled.js",
  );
  for (const [name, policy] of Object.entries(policies)) {
    const meta =
      policy === undefined ? "" : `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
    writeFileSync(join(outdir, name), html.replace('<meta charset="utf-8">', `$&${meta}`));
  }
}

async function bundleByVite(): Promise<void> {
  await vite.build({
    root: pages,
    base: "/vite/",
    configFile: false,
    logLevel: "warn",
    build: {
      outDir: join(siteFolder, "vite"),
      emptyOutDir: true,
      rolldownOptions: { input: join(pages, "bundled.html") },
    },
  });
}
