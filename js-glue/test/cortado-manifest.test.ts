// SPDX-License-Identifier: Apache-2.0
// The program that writes manifests, and what reads them.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Manifest, parseManifest, sha256Of } from "../src/workers/manifest.ts";

const program = fileURLToPath(new URL("../bin/cortado-manifest.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "cortado-manifest-"));

function run(...args: string[]): { readonly status: number | null; readonly words: string } {
  const options = { cwd: folder, encoding: "utf8" } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], options);
  return { status, words: stdout + stderr };
}

function manifest(file: string): Manifest {
  return parseManifest(readFileSync(join(folder, file), "utf8"), file);
}

beforeAll(() => {
  mkdirSync(join(folder, "dist/my workers"), { recursive: true });
  writeFileSync(join(folder, "dist/a.js"), "a");
  writeFileSync(join(folder, "dist/my workers/b#1.js"), "b");
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("addresses lead from the manifest to the scripts, with their hashes", async () => {
  const scripts = ["a=dist/a.js", "b=dist/my workers/b#1.js"];
  expect(run("--out", "dist/workers.json", ...scripts)).toEqual({ status: 0, words: "" });
  const { workers } = manifest("dist/workers.json");
  expect(workers["a"]?.url).toBe("a.js");
  expect(workers["b"]?.url).toBe("my%20workers/b%231.js");
  expect(workers["a"]?.sha256).toBe(await sha256Of(new TextEncoder().encode("a").buffer));
});

test("a version is another when any script is, and may be given", () => {
  const version = (...args: string[]): string => {
    expect(run(...args).status).toBe(0);
    return manifest("workers.json").version;
  };
  const first = version("a=dist/a.js");
  expect(version("a=dist/a.js")).toBe(first);
  expect(version("a=dist/my workers/b#1.js")).not.toBe(first);
  expect(version("--version", "1.2", "a=dist/a.js")).toBe("1.2");
});

test("scripts may be served from elsewhere", () => {
  expect(run("--base", "https://cdn.test/v1/", "b=dist/my workers/b#1.js").status).toBe(0);
  expect(manifest("workers.json").workers["b"]?.url).toBe("https://cdn.test/v1/b%231.js");
});

test("it says how it is used, and what is wrong", () => {
  expect(run("--help")).toMatchObject({ status: 0, words: expect.stringMatching(/^Usage: /) });
  for (const [args, words] of [
    [[], /No worker was given/],
    [["--wrong"], /Unknown option '--wrong'/],
    [["a.js"], /"a.js" is not NAME=FILE/],
    [["a=nowhere.js"], /nowhere.js cannot be read/],
    [["a=dist/a.js", "a=dist/a.js"], /the same name/],
  ] as const) {
    const { status, words: said } = run(...args);
    expect(status).toBe(2);
    expect(said).toMatch(words);
    expect(said).toMatch(/^cortado-manifest: /);
  }
});
