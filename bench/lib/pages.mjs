// SPDX-License-Identifier: Apache-2.0
// Bundles two pages a candidate into bench/dist/pages/FILE/: bench.html with the loops that are
// timed, and startup.html, which makes one call and is what a user's smallest page would be.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const benchFolder = fileURLToPath(new URL("..", import.meta.url));
export const pagesFolder = `${benchFolder}dist/pages`;

export async function buildPages(candidates) {
  rmSync(pagesFolder, { recursive: true, force: true });
  const byFile = new Map(candidates.map((candidate) => [candidate.file, candidate]));
  for (const { file, modules } of byFile.values()) {
    const folder = `${pagesFolder}/${file}`;
    mkdirSync(folder, { recursive: true });
    await bundle(folder, "bench", file, "serveBench", "loops");
    await bundle(folder, "startup", file, "serveStartup", "startup");
    copyModules(modules, folder);
  }
}

/** Puts modules, each named as it would be imported, beside the code that looks for them there. */
export function copyModules(modules, folder) {
  for (const name of modules) {
    const path = fileURLToPath(import.meta.resolve(name));
    copyFileSync(path, `${folder}/${basename(path)}`);
  }
}

async function bundle(folder, name, file, serve, loops) {
  const { metafile } = await build({
    ...optionsOf(file, serve, loops),
    absWorkingDir: folder,
    outdir: folder,
    entryNames: name,
    chunkNames: `${name}-[hash]`,
    splitting: true,
  });
  writeFileSync(`${folder}/${name}.html`, html(name));
  writeFileSync(`${folder}/${name}.meta.json`, JSON.stringify(metafile.outputs));
}

/**
 * The scripts of a candidate's startup.html, each { name, bytes }: those it loads at once, and those
 * that dynamic imports lead to, by the name of the module imported.
 */
export function scriptsOfStartup({ file }) {
  const folder = `${pagesFolder}/${file}`;
  const outputs = JSON.parse(readFileSync(`${folder}/startup.meta.json`, "utf8"));
  const atOnce = loadedAtOnce(outputs, "startup.js");
  const later = Object.keys(outputs).filter((name) => !atOnce.has(name));
  const script = (name) => ({
    name: basename(outputs[name].entryPoint ?? name, ".js"),
    bytes: readFileSync(`${folder}/${name}`),
  });
  return { atOnce: [...atOnce].map(script), later: later.map(script) };
}

/** Of a bundle's outputs: `name`, and what it imports in the ordinary way. */
function loadedAtOnce(outputs, name) {
  const atOnce = new Set([name]);
  for (const each of atOnce) {
    for (const { path, kind } of outputs[each].imports) {
      if (kind === "import-statement") atOnce.add(path);
    }
  }
  return atOnce;
}

/**
 * What fills the script of a candidate's startup.html: source file -> bytes, minified. `cortado` is
 * taken from its sources, as its built file is already one.
 */
export async function contentsOfStartup({ file }) {
  const source = fileURLToPath(new URL("../../js-glue/src/", import.meta.url));
  const { metafile } = await build({
    ...optionsOf(file, "serveStartup", "startup"),
    alias: { "cortado/codec": `${source}codec/index.ts`, cortado: `${source}index.ts` },
    outdir: "startup",
    splitting: true,
    write: false,
  });
  const { outputs } = metafile;
  const [entry] = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint === "<stdin>");
  return [...loadedAtOnce(outputs, entry)].flatMap((name) =>
    Object.entries(outputs[name].inputs).map(([path, { bytesInOutput }]) => [path, bytesInOutput]),
  );
}

function optionsOf(file, serve, loops) {
  const contents = `
    import { open } from "./candidates/${file}.ts";
    import { ${serve} } from "./page/${loops}.ts";
    ${serve}(open);`;
  return { ...optionsFor(contents), metafile: true };
}

/** How a user's bundler would make it, of a module that lies in bench/ by its contents. */
export function optionsFor(contents) {
  return {
    stdin: { contents, resolveDir: benchFolder, loader: "ts" },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    platform: "browser",
    legalComments: "none",
    // Some packages ask for it to choose their production build.
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  };
}

/** A page that is only its script. */
export function html(name) {
  return `<!doctype html>
<meta charset="utf-8">
<title>${name}</title>
<link rel="icon" href="data:,">
<script>globalThis.firstScriptMs = performance.now()</script>
<script type="module" src="${name}.js"></script>
`;
}
