// SPDX-License-Identifier: Apache-2.0
// Makes the pages of the tests: plain ones, which only need types stripped from generated code, and
// the same small applications bundled by esbuild and by Vite.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as vite from "vite";
import { e2eFolder, siteFolder } from "./paths.ts";

const pages = join(e2eFolder, "pages");
const wasm = fileURLToPath(import.meta.resolve("cortado/cortado.wasm"));
const busWasm = fileURLToPath(import.meta.resolve("cortado/bus.wasm"));

export async function buildSite(): Promise<void> {
  rmSync(siteFolder, { recursive: true, force: true });
  await buildPlain();
  await buildWorkers();
  await bundleByEsbuild();
  await bundleByVite("vite", ["bundled.html", "bundled-worker.html"]);
  await bundleByVite("vite-es", ["bundled-worker.html"], "es");
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

/** Pages and workers without a bundler's help: import maps do not reach workers, addresses do. */
async function buildWorkers(): Promise<void> {
  await esbuild.build({
    entryPoints: [
      "caller.worker.ts",
      "page.ts",
      "pool-page.ts",
      "pool.worker.ts",
      "probe.worker.ts",
    ].map((name) => join(pages, "workers", name)),
    outdir: join(siteFolder, "workers"),
    bundle: true,
    format: "esm",
    target: "es2022",
    alias: {
      cortado: "/cortado/index.js",
      "cortado/codec": "/cortado/codec.js",
      "cortado/workers": "/cortado/workers.js",
    },
    external: ["/cortado/*"],
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
  // A worker is an entry point of its own, and is named by what it is built to.
  await esbuild.build({
    entryPoints: ["bundled.ts", "bundled-worker.ts", "bundled.worker.ts"].map((name) =>
      join(pages, name),
    ),
    outdir,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
  });
  const page = join(outdir, "bundled-worker.js");
  writeFileSync(page, readFileSync(page, "utf8").replace("bundled.worker.ts", "bundled.worker.js"));
  cpSync(wasm, join(outdir, "cortado.wasm"));
  cpSync(busWasm, join(outdir, "bus.wasm"));
  const htmlOf = (name: string) =>
    readFileSync(join(pages, `${name}.html`), "utf8").replace(`${name}.ts`, `${name}.js`);
  for (const [name, policy] of Object.entries(policies)) {
    const meta =
      policy === undefined ? "" : `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
    const html = htmlOf("bundled").replace('<meta charset="utf-8">', `$&${meta}`);
    writeFileSync(join(outdir, name), html);
  }
  writeFileSync(join(outdir, "bundled-worker.html"), htmlOf("bundled-worker"));
}

/** `workerFormat`: Vite makes workers classic scripts unless told. */
async function bundleByVite(
  folder: string,
  names: readonly string[],
  workerFormat?: "es",
): Promise<void> {
  await vite.build({
    root: pages,
    base: `/${folder}/`,
    configFile: false,
    logLevel: "warn",
    ...(workerFormat && { worker: { format: workerFormat } }),
    build: {
      outDir: join(siteFolder, folder),
      emptyOutDir: true,
      rolldownOptions: { input: names.map((name) => join(pages, name)) },
    },
  });
}
