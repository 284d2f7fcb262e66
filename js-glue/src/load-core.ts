// SPDX-License-Identifier: Apache-2.0
// Where cortado.wasm comes from: beside this file, or from where the user says. It is compiled
// while it arrives, and started once for all clients of a page that name the same source.
import { Core, type Instantiate } from "./core.ts";
import { RpcError } from "./errors.ts";
import type { LoadFailure } from "./load-failures.ts";

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

async function start(given: WasmSource | undefined): Promise<LoadedCore> {
  let source: WasmSource | undefined;
  let response: Response | undefined;
  let bytes: ArrayBuffer | undefined;
  let remark: string | undefined;
  const instantiate: Instantiate = async (imports) => {
    // The file beside this one. Bundlers look for exactly this expression.
    const from = given ?? new URL("./cortado.wasm", import.meta.url);
    source = from;
    if (from instanceof WebAssembly.Module) return WebAssembly.instantiate(from, imports);
    response = await (typeof from === "string" || from instanceof URL ? fetch(from) : from);
    const type = response.headers.get("content-type");
    if (type?.toLowerCase() === "application/wasm") {
      return (await WebAssembly.instantiateStreaming(response, imports)).instance;
    }
    remark =
      `${response.url} is served as "${type}", so it cannot be compiled while it arrives: ` +
      "serve .wasm files as application/wasm";
    bytes = await response.arrayBuffer();
    return (await WebAssembly.instantiate(bytes, imports)).instance;
  };
  try {
    return { core: await Core.start(instantiate), remark };
  } catch (thrown) {
    throw await loadError({ thrown, source, response, bytes });
  }
}

/** With the cure, if that can still be loaded. */
async function loadError(failure: LoadFailure): Promise<RpcError> {
  const { thrown: cause } = failure;
  try {
    const { explain } = await import("./load-failures.ts");
    return new RpcError(...explain(failure), { cause });
  } catch {
    return new RpcError("unavailable", `cortado.wasm does not load (${cause})`, { cause });
  }
}
