// SPDX-License-Identifier: Apache-2.0
// Where cortado.wasm comes from: beside this file, or from where the user says. It is compiled
// while it arrives, and started once for all clients of a page that name the same source.
import { Core } from "./core.ts";
import { RpcError } from "./errors.ts";

/** An address, an answer that holds it, or the compiled module. */
export type WasmSource = string | URL | Response | PromiseLike<Response> | WebAssembly.Module;

export interface LoadedCore {
  readonly core: Core;
  /** What could be better about how it was served, with the cure. */
  readonly remark: string | undefined;
}

const shared = new Map<unknown, Promise<LoadedCore>>();

/** Starts the module, or gives the one that was started from the same source. */
export function loadCore(source?: WasmSource): Promise<LoadedCore> {
  const key = source instanceof URL ? source.href : source;
  let loading = shared.get(key);
  if (loading === undefined) {
    loading = start(source);
    shared.set(key, loading);
    // A failure is not kept: the next client may try again.
    loading.catch(() => shared.delete(key));
  }
  return loading.then(async (loaded) => {
    if (loaded.core.broken === undefined) return loaded;
    if (shared.get(key) === loading) shared.delete(key);
    return loadCore(source);
  });
}

/** The file beside this one. Bundlers look for exactly this expression. */
function besideThis(): URL {
  try {
    return new URL("./cortado.wasm", import.meta.url);
  } catch (cause) {
    const reason =
      "this script does not know its own address, as it is no ES module: say where cortado.wasm " +
      'is, as in connect(url, { wasm: "/cortado.wasm" })';
    throw new RpcError("failed_precondition", reason, { cause });
  }
}

async function start(given: WasmSource | undefined): Promise<LoadedCore> {
  const source = given ?? besideThis();
  let remark: string | undefined;
  if (source instanceof WebAssembly.Module) {
    const core = await Core.start((imports) => WebAssembly.instantiate(source, imports));
    return { core, remark };
  }
  const fetching = responseOf(source);
  const core = await Core.start(async (imports) => {
    const response = await fetching;
    const streams = mediaTypeOf(response) === "application/wasm";
    if (!streams) remark = wrongTypeRemark(response);
    try {
      return streams
        ? (await WebAssembly.instantiateStreaming(response, imports)).instance
        : (await WebAssembly.instantiate(await wasmBytesOf(response), imports)).instance;
    } catch (thrown) {
      throw compileError(thrown, response);
    }
  });
  return { core, remark };
}

async function responseOf(
  source: string | URL | Response | PromiseLike<Response>,
): Promise<Response> {
  let response: Response;
  try {
    const isAddress = typeof source === "string" || source instanceof URL;
    response = await (isAddress ? fetch(source) : source);
  } catch (cause) {
    throw new RpcError("unavailable", `cortado.wasm cannot be fetched (${cause})`, { cause });
  }
  if (!response.ok) throw missingError(response, `status ${response.status}`);
  return response;
}

function mediaTypeOf(response: Response): string {
  return response.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";
}

function wrongTypeRemark(response: Response): string {
  return (
    `${response.url} is served as "${mediaTypeOf(response)}", so it cannot be compiled while it ` +
    "arrives: serve .wasm files as application/wasm"
  );
}

/** Bytes that begin as WebAssembly does; a page of HTML is what many servers send instead. */
async function wasmBytesOf(response: Response): Promise<ArrayBuffer> {
  const bytes = await response.arrayBuffer();
  if (bytes.byteLength < 8 || new DataView(bytes).getUint32(0) !== 0x00_61_73_6d) {
    throw missingError(response, `"${mediaTypeOf(response)}" that is no WebAssembly`);
  }
  return bytes;
}

function missingError(response: Response, found: string): RpcError {
  return new RpcError(
    "failed_precondition",
    `cortado.wasm is not at ${response.url || "the address given"} (${found}). Copy it from ` +
      'cortado/dist to there, or say where it is: connect(url, { wasm: "/cortado.wasm" }). ' +
      'Under Vite: optimizeDeps: { exclude: ["cortado"] }',
  );
}

function compileError(thrown: unknown, response: Response): RpcError {
  if (thrown instanceof RpcError) return thrown;
  const text = String(thrown);
  // Every engine names the directive or the policy in its text; none has a code for it.
  const cure = /unsafe-eval|content security|\bCSP\b/i.test(text)
    ? "this page's Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to script-src"
    : `${response.url || "cortado.wasm"} does not compile; is it of the same release as cortado?`;
  return new RpcError("failed_precondition", cure, { cause: thrown });
}
