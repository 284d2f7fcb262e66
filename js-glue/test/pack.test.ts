// SPDX-License-Identifier: Apache-2.0
// The package as users get it: packed, installed into an empty folder, and used there by the type
// checker, by Node, by Vite and by esbuild.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build as bundle } from "esbuild";
import { createServer, build as viteBuild } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const package_ = join(dirname(fileURLToPath(import.meta.url)), "..");
const wasm = readFileSync(join(package_, "dist/cortado.wasm"));
const folder = mkdtempSync(join(tmpdir(), "cortado-pack-"));
const app = join(folder, "app");

/** Machines that run tests have other work to do. */
const slowMs = 300_000;

function npm(cwd: string, ...args: string[]): string {
  // What it prints is shown when it fails.
  const options = { cwd, encoding: "utf8", stdio: "pipe" } as const;
  return execFileSync("npm", [...args, "--no-audit", "--no-fund"], options);
}

beforeAll(() => {
  execFileSync(process.execPath, [join(package_, "tools/build.mjs")]);
  npm(package_, "pack", "--pack-destination", folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "";
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), '{ "private": true, "type": "module" }');
  npm(app, "install", "--offline", join(folder, tarball));
}, slowMs);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("the installed package", () => {
  test("holds what is needed and no more", () => {
    const files = readdirSync(join(app, "node_modules/cortado"), {
      recursive: true,
      encoding: "utf8",
    });
    for (const file of [
      "README.md",
      "bin/cortado-generate.mjs",
      "bin/cortado-manifest.mjs",
      "dist/LICENSE",
      "dist/codec.js",
      "dist/cortado.wasm",
      "dist/fetch-stream.js",
      "dist/index.d.ts",
      "dist/index.js",
      "dist/index.js.map",
      "dist/load-failures.js",
      "dist/schema/cortado/annotations.capnp",
      "dist/serving.js",
    ]) {
      expect(files).toContain(file);
    }
    expect(
      files.filter((file) => /(^|\/)(src|test|tools)|\.test\.|cortado\.js$/.test(file)),
    ).toEqual([]);
  });

  test("does nothing when it is imported", () => {
    const script = `
      const before = Object.getOwnPropertyNames(globalThis).length;
      for (const name of ["fetch", "WebSocket", "setTimeout", "queueMicrotask"]) {
        globalThis[name] = () => { throw new Error(name); };
      }
      const { connect, RpcError } = await import("cortado");
      const { structCodec } = await import("cortado/codec");
      console.log(typeof connect, typeof RpcError, typeof structCodec,
        Object.getOwnPropertyNames(globalThis).length - before <= 1);`;
    writeFileSync(join(app, "import.mjs"), script);
    const printed = execFileSync(process.execPath, ["import.mjs"], { cwd: app, encoding: "utf8" });
    expect(printed).toBe("function function function true\n");
  });

  test(
    "has types that stand alone, under the strictest settings",
    () => {
      writeFileSync(
        join(app, "main.ts"),
        `import { type Client, connect, type ConnectOptions, RpcError, type StatusCode } from "cortado";
         import { type Channel, type MethodDescriptor, structCodec } from "cortado/codec";
         const options: ConnectOptions = { carrier: "auto", timeoutMs: 100, wasm: "/cortado.wasm" };
         declare const method: MethodDescriptor<{ name?: string }, { text: string }>;
         export async function main(): Promise<string> {
           using client: Client = await connect("https://host", options);
           const channel: Channel = client;
           const leave: () => void = client.onStateChange(({ state, carrier }) => [state, carrier]);
           try {
             const { text } = await channel.call(method, { name: "Ada" }, { timeoutMs: 5 });
             return text + client.diagnose().why;
           } catch (error) {
             const code: StatusCode = RpcError.from(error).code;
             return code;
           } finally {
             leave();
           }
         }
         // @ts-expect-error There is no such carrier.
         connect(undefined, { carrier: "pigeon" });
         // @ts-expect-error The method has no such parameter.
         export const wrong = (client: Client) => client.call(method, { surname: "x" });
         export const codecs = [structCodec];`,
      );
      const require = createRequire(import.meta.url);
      const tsc = join(dirname(require.resolve("typescript/package.json")), "bin/tsc");
      for (const module_ of [
        ["--module", "nodenext"],
        ["--module", "esnext", "--moduleResolution", "bundler"],
      ]) {
        const args = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
        const target = ["--target", "es2022", "--lib", "es2022,esnext.disposable,dom"];
        execFileSync(
          process.execPath,
          [tsc, "--noEmit", "--types", "", ...args, ...target, ...module_, "main.ts"],
          { cwd: app, stdio: "inherit" },
        );
      }
    },
    slowMs,
  );
});

describe("bundlers", () => {
  beforeAll(() => {
    const script = `import { connect } from "cortado";
      import { structCodec } from "cortado/codec";
      globalThis.client = connect();
      globalThis.codec = structCodec;`;
    writeFileSync(join(app, "main.js"), script);
    writeFileSync(join(app, "index.html"), '<script type="module" src="/main.js"></script>');
  });

  test(
    "Vite builds a page with the module as a file of its own",
    async () => {
      await viteBuild({ root: app, logLevel: "error", configFile: false });
      const assets = readdirSync(join(app, "dist/assets"));
      const file = assets.find((name) => name.endsWith(".wasm")) ?? "";
      expect(readFileSync(join(app, "dist/assets", file)).equals(wasm)).toBe(true);
      const scripts = assets.filter((name) => name.endsWith(".js"));
      const text = scripts
        .map((name) => readFileSync(join(app, "dist/assets", name), "utf8"))
        .join();
      expect(text).toContain(file);
    },
    slowMs,
  );

  test(
    "Vite serves the module in development, without a setting",
    async () => {
      const server = await createServer({
        root: app,
        configFile: false,
        logLevel: "error",
        server: { port: 0, host: "127.0.0.1", hmr: false, ws: false },
      });
      try {
        await server.listen();
        const origin = server.resolvedUrls?.local[0] ?? "";
        const script = await (await fetch(new URL("/main.js", origin))).text();
        const dependency =
          /from "(?<path>[^"]*cortado\.js[^"]*)"/.exec(script)?.groups?.["path"] ?? "";
        const code = await (await fetch(new URL(dependency, origin))).text();
        const path = /new URL\(\s*"(?<path>[^"]*cortado\.wasm)"/.exec(code)?.groups?.["path"] ?? "";
        const response = await fetch(new URL(path, new URL(dependency, origin)));
        expect(response.headers.get("content-type")).toBe("application/wasm");
        expect(Buffer.from(await response.arrayBuffer()).equals(wasm)).toBe(true);
      } finally {
        await server.close();
      }
    },
    slowMs,
  );

  test("esbuild splits off what is loaded later, and inlines it without splitting", async () => {
    const textOf = async (splitting: boolean): Promise<string[]> => {
      const { outputFiles = [] } = await bundle({
        absWorkingDir: app,
        entryPoints: ["main.js"],
        outdir: "split",
        bundle: true,
        format: "esm",
        splitting,
        write: false,
      });
      return outputFiles.map(({ text }) => text);
    };
    const later = [
      "optimizeDeps: { exclude", // load-failures.ts
      "this page serves no such method",
      "neither an item nor an end", // fetch-stream.ts
      "this page has no Web Locks", // tabs/
    ];
    const [atOnce = "", ...files] = await textOf(true);
    for (const words of later) {
      expect(atOnce).not.toContain(words);
      expect(files.filter((text) => text.includes(words))).toHaveLength(1);
    }
    // One file each: nothing is shared that a page would have to fetch besides.
    expect(files).toHaveLength(later.length);
    const [all = "", ...none] = await textOf(false);
    for (const words of later) expect(all).toContain(words);
    expect(none).toEqual([]);
  });

  test("esbuild leaves the module to be copied beside the bundle", async () => {
    await bundle({
      absWorkingDir: app,
      entryPoints: ["main.js"],
      outdir: "beside",
      bundle: true,
      minify: true,
      format: "esm",
    });
    const text = readFileSync(join(app, "beside/main.js"), "utf8");
    expect(text).toMatch(/new URL\("\.\/cortado\.wasm",import\.meta\.url\)/);
  });

  test("esbuild emits the module that is imported, and its address fits connect()", async () => {
    const script = `import { connect } from "cortado";
      import wasm from "cortado/cortado.wasm";
      globalThis.client = connect(undefined, { wasm });`;
    writeFileSync(join(app, "imported.js"), script);
    await bundle({
      absWorkingDir: app,
      entryPoints: ["imported.js"],
      outdir: "imported",
      bundle: true,
      format: "esm",
      loader: { ".wasm": "file" },
    });
    const file = readdirSync(join(app, "imported")).find((name) => name.endsWith(".wasm")) ?? "";
    expect(readFileSync(join(app, "imported", file)).equals(wasm)).toBe(true);
  });
});

describe("cortado-generate", () => {
  function run(...args: string[]): { status: number; text: string } {
    const program = join(app, "node_modules/.bin/cortado-generate");
    const env = { ...process.env, PATH: dirname(process.execPath) };
    const options = { cwd: app, env, encoding: "utf8", stdio: "pipe" } as const;
    try {
      return { status: 0, text: execFileSync(program, args, options) };
    } catch (thrown) {
      // execFileSync throws an Error with these members.
      const { status, stderr } = thrown as { status: number; stderr: string };
      return { status, text: stderr };
    }
  }

  test("says how it is used, and what it misses", () => {
    expect(run("--help")).toMatchObject({ status: 0 });
    expect(run("--help").text).toContain("Usage: cortado-generate");
    expect(run()).toMatchObject({ status: 2 });
    expect(run("--wrong").text).toMatch(/^cortado-generate: Unknown option '--wrong'/);
    const { status, text } = run("x.capnp", "--capnp", "/nowhere/capnp");
    expect(status).toBe(2);
    expect(text).toMatch(/There is no program \/nowhere\/capnp\. Install Cap'n Proto/);
  });

  test("hands schemas to the compiler, and what that finds to the generator", () => {
    const script = (name: string, code: string): string => {
      const path = join(app, name);
      writeFileSync(path, `#!${process.execPath}\n${code}`, { mode: 0o755 });
      return path;
    };
    const capnp = script("capnp.cjs", "console.log(JSON.stringify(process.argv.slice(2)))");
    const plugin = script(
      "plugin.cjs",
      `const found = require("node:fs").readFileSync(0, "utf8");
       require("node:fs").writeFileSync("told.json",
         JSON.stringify({ found: JSON.parse(found), args: process.argv.slice(2) }));`,
    );
    const options = ["--capnp", capnp, "--plugin", plugin, "--out", "made", "-I", "schemas"];
    expect(run(...options, "a.capnp", "b.capnp")).toMatchObject({ status: 0 });
    const { found, args } = JSON.parse(readFileSync(join(app, "told.json"), "utf8"));
    expect(found.slice(0, 3)).toEqual(["compile", "-o-", "-Ischemas"]);
    expect(found[3]).toMatch(/^-I.*cortado\/dist\/schema$/);
    expect(found.slice(4)).toEqual(["a.capnp", "b.capnp"]);
    expect(args).toEqual(["--ts=made"]);
    const failing = script("failing.cjs", "process.exit(3)");
    expect(run("--capnp", failing, "--plugin", plugin, "a.capnp").status).not.toBe(0);
  });
});
