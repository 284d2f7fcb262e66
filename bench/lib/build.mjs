// SPDX-License-Identifier: Apache-2.0
// Brings the native part up to date: the server, and the TypeScript client of schema/echo.capnp that
// the pages import. Everything else (`cortado`, its modules) is made by `npm run build`.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const builtServer = `${root}build/release/bin/bench-server`;

/** The server to measure: BENCH_SERVER, or what is built here. */
export const nativeServer = process.env.BENCH_SERVER ?? builtServer;

/** `target` is "bench-server", or "bench_schema" for the generated client alone. */
export async function buildNative(target) {
  if (process.env.BENCH_SERVER !== undefined) return;
  if (!existsSync(`${root}build/release/CMakeCache.txt`)) {
    throw new Error(
      "nothing is built yet: run `npm run build` in the root of the repository first",
    );
  }
  await run("cmake", ["--build", "--preset", "release", "--target", target]);
}

async function run(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}:\n${output}`);
}
