// SPDX-License-Identifier: Apache-2.0
// Bundles of each candidate of the bus into bench/dist/bus-pages/NAME/: bench.html, whose page calls;
// caller.js, a worker that calls; callee.js, the worker that either of them starts and calls.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { benchFolder, copyModules, html, optionsFor } from "./pages.mjs";

export const busPagesFolder = `${benchFolder}dist/bus-pages`;

export async function buildBusPages(candidates) {
  rmSync(busPagesFolder, { recursive: true, force: true });
  for (const { file, callee, modules } of candidates) {
    const folder = `${busPagesFolder}/${file}`;
    mkdirSync(folder, { recursive: true });
    const candidate = `import * as candidate from "./bus/candidates/${file}.ts";`;
    await bundle(folder, "bench", [
      candidate,
      `import { serveBusBench } from "./bus/bench-page.ts";`,
      "serveBusBench(candidate);",
    ]);
    await bundle(folder, "caller", [
      candidate,
      `import { serveLoops } from "./bus/remote-loops.ts";`,
      "serveLoops(candidate);",
    ]);
    await bundle(folder, "callee", [`import "./bus/candidates/${callee}.worker.ts";`]);
    writeFileSync(`${folder}/bench.html`, html("bench"));
    copyModules(modules, folder);
  }
}

async function bundle(folder, name, lines) {
  await build({
    ...optionsFor(lines.join("\n")),
    outdir: folder,
    entryNames: name,
    chunkNames: `${name}-[hash]`,
    splitting: true,
  });
}
