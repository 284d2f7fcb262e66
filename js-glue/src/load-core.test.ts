// SPDX-License-Identifier: Apache-2.0
// How the module is found, compiled and shared, and what is said when that fails.
import { readFileSync } from "node:fs";
import { describe, expect, test, vi } from "vitest";
import { errorOf } from "../test/connected.ts";
import { compiledCore } from "../test/module.ts";
import { endOfSession } from "./generated/abi.ts";
import { loadCore } from "./load-core.ts";

const bytes = readFileSync(new URL("../dist/cortado.wasm", import.meta.url));

function served(body: BodyInit, type: string, status = 200): Response {
  return new Response(body, { status, headers: { "content-type": type } });
}

describe("a module that is there", () => {
  test("is compiled while it arrives", async () => {
    const streaming = vi.spyOn(WebAssembly, "instantiateStreaming");
    const { core, remark } = await loadCore(served(bytes, "application/wasm"));
    expect(streaming).toHaveBeenCalledOnce();
    expect(core.module.open(1, 2, endOfSession, 0)).toBeGreaterThan(0);
    expect(remark).toBeUndefined();
  });

  test("works when served as something else, with a remark", async () => {
    const { core, remark } = await loadCore(served(bytes, "application/octet-stream"));
    expect(core.module.open(1, 2, endOfSession, 0)).toBeGreaterThan(0);
    expect(remark).toMatch(/served as "application\/octet-stream".*serve .wasm files as/);
  });

  test("is started once for all that name the same source", async () => {
    const source = compiledCore();
    const [first, second] = await Promise.all([loadCore(source), loadCore(source)]);
    // Not by toBe(), which would look into the modules' memory.
    expect(second.core === first.core).toBe(true);
    expect((await loadCore(compiledCore())).core === first.core).toBe(false);
  });

  test("is fetched by its address", async () => {
    const fetched = vi.fn(async () => served(bytes, "application/wasm"));
    vi.stubGlobal("fetch", fetched);
    const byText = await loadCore("https://cdn.test/cortado.wasm");
    const byUrl = await loadCore(new URL("https://cdn.test/cortado.wasm"));
    expect(byUrl.core === byText.core).toBe(true);
    expect(fetched).toHaveBeenCalledOnce();
    await loadCore();
    expect(String(fetched.mock.lastCall?.at(0))).toMatch(/\/src\/cortado\.wasm$/);
    vi.unstubAllGlobals();
  });

  test("is started anew after it has stopped", async () => {
    const source = compiledCore();
    const { core } = await loadCore(source);
    core.fail(new WebAssembly.RuntimeError("unreachable"));
    expect((await loadCore(source)).core === core).toBe(false);
  });
});

describe("a module that is not", () => {
  test("found names the place and the cure, and may be tried again", async () => {
    let status = 404;
    vi.stubGlobal("fetch", async () =>
      served(status === 404 ? "no" : bytes, "application/wasm", status),
    );
    const address = "https://cdn.test/elsewhere.wasm";
    expect(await errorOf(loadCore(address))).toMatch(
      /^failed_precondition: cortado.wasm is not at .*\(status 404\)\. Copy it from/,
    );
    status = 200;
    expect((await loadCore(address)).core.broken).toBeUndefined();
    vi.unstubAllGlobals();
  });

  test("WebAssembly but the page that a server sends for everything", async () => {
    expect(await errorOf(loadCore(served("<!doctype html>", "text/html")))).toMatch(
      /"text\/html" that is no WebAssembly.*wasm: "\/cortado.wasm".*optimizeDeps/,
    );
  });

  test("reachable", async () => {
    const refused = Promise.reject(new TypeError("fetch failed"));
    expect(await errorOf(loadCore(refused as Promise<Response>))).toMatch(/^unavailable: /);
  });

  test("allowed by the page's policy", async () => {
    const texts = [
      "CompileError: WebAssembly.instantiateStreaming(): Refused to compile or instantiate " +
        "WebAssembly module because 'unsafe-eval' is not an allowed source of script",
      "CompileError: call to WebAssembly.instantiateStreaming() blocked by CSP",
      "CompileError: Refused to create a WebAssembly object because of Content Security Policy",
    ];
    for (const text of texts) {
      vi.spyOn(WebAssembly, "instantiateStreaming").mockRejectedValueOnce(new Error(text));
      expect(await errorOf(loadCore(served(bytes, "application/wasm")))).toBe(
        "failed_precondition: this page's Content-Security-Policy forbids WebAssembly: " +
          "add 'wasm-unsafe-eval' to script-src",
      );
    }
  });

  test("found, when what would explain it cannot be loaded either", async () => {
    vi.doMock("./load-failures.ts", () => {
      throw new TypeError("offline");
    });
    const nothing = served("no", "application/wasm", 404);
    expect(await errorOf(loadCore(nothing))).toMatch(
      /^unavailable: cortado.wasm does not load \(TypeError/,
    );
    vi.doUnmock("./load-failures.ts");
  });

  test("whole", async () => {
    const half = served(bytes.subarray(0, bytes.length / 2), "application/wasm");
    expect(await errorOf(loadCore(half))).toMatch(/^failed_precondition: .* does not compile/);
  });
});
