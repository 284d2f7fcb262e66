// SPDX-License-Identifier: Apache-2.0
// Makes the page of the C++ worker, as of an application without a bundler: what it imports it names
// by address, as import maps reach no worker, and a strict policy allows none.
import { cpSync } from "node:fs";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { e2eFolder, siteFolder } from "./paths.ts";

export async function buildCppWorker(): Promise<void> {
  const pages = join(e2eFolder, "pages/cpp-worker");
  const outdir = join(siteFolder, "cpp-worker");
  // What cortado_worker() puts together (worker/CMakeLists.txt).
  cpSync(join(e2eFolder, "dist/worker"), outdir, { recursive: true });
  cpSync(join(pages, "index.html"), join(outdir, "index.html"));
  await esbuild.build({
    entryPoints: [join(pages, "page.ts"), join(pages, "workshop.worker.ts")],
    outdir,
    bundle: true,
    format: "esm",
    target: "es2022",
    plugins: [addresses],
  });
}

/** Of modules that stay modules. */
const addresses: esbuild.Plugin = {
  name: "addresses",
  setup({ onResolve }) {
    const external = (path: string) => ({ path, external: true });
    onResolve({ filter: /^cortado$/ }, () => external("/cortado/index.js"));
    onResolve({ filter: /^cortado\// }, ({ path }) => external(`/${path}.js`));
    onResolve({ filter: /\/workshop\.js$/ }, () => external("./workshop.js"));
  },
};
