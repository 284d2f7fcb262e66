// SPDX-License-Identifier: Apache-2.0
// Why cortado.wasm did not start, and the cure. A page whose module starts never downloads this
// (load-core.ts), so it imports nothing and gives code and reason, of which an RpcError is made.
import type { StatusCode } from "./generated/protocol.ts";
import type { WasmSource } from "./load-core.ts";

export interface LoadFailure {
  readonly thrown: unknown;
  /** Undefined when this script's own address could not be found out. */
  readonly source: WasmSource | undefined;
  /** What came from there, where anything did. */
  readonly response: Response | undefined;
  /** Its body, where it was not compiled while it arrived. */
  readonly bytes: ArrayBuffer | undefined;
}

export function explain(failure: LoadFailure): readonly [StatusCode, string] {
  const { thrown, source, response, bytes } = failure;
  if (source === undefined) {
    return [
      "failed_precondition",
      "this script does not know its own address, as it is no ES module: say where cortado.wasm " +
        'is, as in connect(url, { wasm: "/cortado.wasm" })',
    ];
  }
  if (response === undefined && !(source instanceof WebAssembly.Module)) {
    return ["unavailable", `cortado.wasm cannot be fetched (${thrown})`];
  }
  if (response !== undefined && !response.ok) {
    return missing(response, `status ${response.status}`);
  }
  if (response !== undefined && bytes !== undefined && !isWebAssembly(bytes)) {
    return missing(response, `"${response.headers.get("content-type")}" that is no WebAssembly`);
  }
  // Every engine names the directive or the policy in its text; none has a code for it.
  const reason = /unsafe-eval|content security|\bCSP\b/i.test(String(thrown))
    ? "this page's Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to script-src"
    : `${response?.url || "cortado.wasm"} does not compile; is it of the same release as cortado?`;
  return ["failed_precondition", reason];
}

/** Many servers send a page of HTML for whatever they do not find. */
function isWebAssembly(bytes: ArrayBuffer): boolean {
  return bytes.byteLength >= 8 && new DataView(bytes).getUint32(0) === 0x00_61_73_6d;
}

function missing(response: Response, found: string): readonly [StatusCode, string] {
  return [
    "failed_precondition",
    `cortado.wasm is not at ${response.url || "the address given"} (${found}). Copy it from ` +
      'cortado/dist to there, or say where it is: connect(url, { wasm: "/cortado.wasm" }). ' +
      'Under Vite: optimizeDeps: { exclude: ["cortado"] }',
  ];
}
