// SPDX-License-Identifier: Apache-2.0
// What cortado.wasm imports besides Emscripten's own library. Processed at link time (--js-library).
addToLibrary({
  // The module is told where its events go by whoever starts it: js-glue/src/core.ts.
  cortado_deliver__sig: "vipi",
  cortado_deliver: (handle, events, count) => Module["deliver"](handle, events, count),
});
