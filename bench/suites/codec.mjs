// SPDX-License-Identifier: Apache-2.0
// Encoding and decoding alone: plain objects to bytes and back, in this process, without a network.
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { build } from "esbuild";
import { buildNative } from "../lib/build.mjs";
import { orderOf, Samples } from "../lib/statistics.mjs";

const bench = fileURLToPath(new URL("..", import.meta.url));
const bundle = `${bench}dist/codec/candidates.mjs`;

/** Of one candidate with one value, in one direction, in one round. */
const durationMs = 20;

export const title = "Plain objects to bytes and back";

export async function run({ rounds = 31, only, progress }) {
  progress("bundling");
  await buildNative("bench_codec_schema");
  const { candidates, values } = await load();
  const names = Object.keys(candidates).filter((name) => only?.includes(name) ?? true);
  const measured = names.map((name) => ({ name, codecs: candidates[name] }));
  const samples = new Samples();
  for (const { name, codecs } of measured) {
    for (const [kind, size] of Object.entries(sizes(name, codecs, values))) {
      samples.add({ candidate: name, case: kind, metric: "size", unit: "bytes" }, size);
    }
  }
  for (let round = 0; round <= rounds; ++round) {
    progress(round === 0 ? "warm-up" : `round ${round} of ${rounds}`);
    for (const kind of Object.keys(values)) {
      for (const { name, codecs } of orderOf(measured, round)) {
        const times = timesOf(codecs[kind], values[kind]);
        if (round === 0) continue;
        for (const [metric, value] of Object.entries(times)) {
          samples.add({ candidate: name, case: kind, metric, unit: "µs" }, value);
        }
      }
    }
  }
  return { rows: samples.rows(measured, "Cortado") };
}

/** The candidates as a user's bundler would make them of generated code. */
async function load() {
  mkdirSync(`${bench}dist/codec`, { recursive: true });
  await build({
    entryPoints: [`${bench}codec/candidates.ts`],
    outfile: bundle,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    alias: {
      "cortado/codec": fileURLToPath(new URL("../../js-glue/src/codec/index.ts", import.meta.url)),
    },
    logLevel: "warning",
  });
  return import(bundle);
}

/** Bytes of each value, once it was seen that they hold all of it. */
function sizes(name, codecs, values) {
  return Object.fromEntries(
    Object.entries(values).map(([kind, value]) => {
      const bytes = codecs[kind].encode(value);
      if (!isDeepStrictEqual(codecs[kind].decode(bytes), value)) {
        throw new Error(`${name} does not bring ${kind} there and back`);
      }
      return [kind, bytes.length];
    }),
  );
}

function timesOf(codec, value) {
  const bytes = codec.encode(value);
  const encode = microsecondsOf(() => codec.encode(value).length);
  const decode = microsecondsOf(() => Object.keys(codec.decode(bytes)).length);
  return { encode, decode };
}

/** Of one run, which returns a number above 0, so that no engine leaves it out. */
function microsecondsOf(work) {
  let sum = 0;
  let runs = 0;
  const start = performance.now();
  let end = start;
  for (let batch = 1; end - start < durationMs; batch = Math.min(2 * batch, 256)) {
    for (let i = 0; i < batch; ++i) sum += work();
    runs += batch;
    end = performance.now();
  }
  if (sum < runs) throw new Error("a codec made nothing");
  return ((end - start) * 1000) / runs;
}
