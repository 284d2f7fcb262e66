// SPDX-License-Identifier: Apache-2.0
// Put before Emscripten's code (--pre-js), inside the module's own scope: its WebSocket API takes
// the sockets that the glue opened, perhaps before this module was there. No global is touched.
var WebSocket = function () {
  return Module["takeSocket"]();
};
