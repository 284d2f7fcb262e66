// SPDX-License-Identifier: Apache-2.0
// Put before Emscripten's code (--pre-js), inside the module's own scope, where it stands in for
// what Emscripten's smallest runtime would take from the page. No global is touched.

// Sockets are those that the glue opened, perhaps before this module was there.
var WebSocket = function () {
  return Module["takeSocket"]();
};

// The runtime can only compile bytes; the glue compiles them while they arrive, and says what is
// wrong when they do not.
Module["wasm"] = true;
var WebAssembly = { instantiate: (_, imports) => Module["instantiate"](imports) };

// For the glue, whose views of it are void once it has grown.
Module["memory"] = () => wasmMemory.buffer;
