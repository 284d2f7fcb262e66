// SPDX-License-Identifier: Apache-2.0
// The real cortado.wasm for tests in Node, from where the wasm build puts it.
import { readFileSync } from "node:fs";

const path = new URL("../dist/cortado.wasm", import.meta.url);

export function compiledCore(): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(path));
}
