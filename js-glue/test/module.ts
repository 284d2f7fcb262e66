// SPDX-License-Identifier: Apache-2.0
// The real cortado.wasm for tests in Node, from where the wasm build puts it.
import { readFileSync } from "node:fs";

const path = new URL("../dist/cortado.wasm", import.meta.url);

// Emscripten's WebSocket API looks whether there is such a thing before it makes one; Node 20 has
// none, and the tests bring their own.
globalThis.WebSocket ??= class {} as unknown as typeof WebSocket;

export function compiledCore(): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(path));
}
