// SPDX-License-Identifier: Apache-2.0
// The file that the wasm build puts into dist/, where types are checked before it is there.
declare module "*/dist/cortado.js" {
  const createModule: import("./cortado-module.ts").CreateModule;
  export default createModule;
}
