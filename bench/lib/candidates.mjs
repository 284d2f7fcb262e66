// SPDX-License-Identifier: Apache-2.0
// Who is measured: the client's file in candidates/, the server it talks to (servers/NAME.mjs, or
// one origin of the native bench-server) and the name people know it by.

const raw = { server: "native", origin: "raw" };
// `cortado` looks for its module beside its own code, so it is put beside the bundle.
const modules = ["cortado/cortado.wasm"];
const cortado = { server: "native", origin: "cortado", modules };

/** Of the bus: the file of the worker that is called. `places`: where callers may be; all if absent. */
const bus = (callee) => ({ server: "static", callee: `bus-${callee}` });
const busModules = [...modules, "cortado/bus.wasm"];
/** What differs only in how large payloads travel. */
const large = { sizeMin: 1 << 20 };

const byName = {
  "bare-echo": { title: "bare WebSocket echo", ...raw },
  ideal: { title: "hand-written, coalesced", ...raw },
  cortado: { title: "Cortado, WebSocket", ...cortado },
  "cortado-fetch": { title: "Cortado, fetch", ...cortado },
  "cortado-auto": { title: "Cortado", ...cortado },
  "rpc-websockets": { title: "rpc-websockets", server: "rpc-websockets" },
  "socket-io": { title: "socket.io", server: "socket-io" },
  capnweb: { title: "capnweb, WebSocket", server: "capnweb" },
  "capnweb-batch": { title: "capnweb, HTTP batch", server: "capnweb" },
  connect: { title: "connect-web", server: "connect" },
  "push-ideal": { title: "hand-written, coalesced", ...raw },
  "push-bare": { title: "bare WebSocket messages", ...raw },
  "push-cortado": { title: "Cortado, callback", ...cortado },
  "push-cortado-loop": { title: "Cortado, for await", ...cortado },
  "push-cortado-fetch": { title: "Cortado, fetch", ...cortado },
  "push-socket-io": { title: "socket.io", server: "socket-io" },
  "upload-ideal": { title: "hand-written, coalesced", ...raw },
  "upload-bare": { title: "bare WebSocket messages", ...raw },
  "upload-cortado": { title: "Cortado, iterable", ...cortado },
  "upload-cortado-async": { title: "Cortado, async iterable", ...cortado },
  "upload-capnweb": { title: "capnweb, WebSocket", server: "capnweb" },
  "upload-socket-io": { title: "socket.io", server: "socket-io" },
  "chat-ideal": { title: "hand-written, coalesced", ...raw },
  "chat-bare": { title: "bare WebSocket messages", ...raw },
  "chat-cortado": { title: "Cortado, callback", ...cortado },
  "chat-cortado-loop": { title: "Cortado, for await", ...cortado },
  "chat-capnweb": { title: "capnweb, WebSocket", server: "capnweb" },
  "chat-socket-io": { title: "socket.io", server: "socket-io" },
  "idle-raw": { title: "bare WebSocket", ...raw },
  "idle-cortado": { title: "Cortado", ...cortado },
  "idle-ws": { title: "ws on Node", server: "idle-ws" },
  "idle-socket-io": { title: "socket.io", server: "idle-socket-io" },
  "bus-ideal": { title: "by hand, asleep", ...bus("ideal") },
  "bus-spin": { title: "by hand, spinning", ...bus("spin"), places: ["worker"] },
  "bus-cortado": { title: "Cortado", ...bus("cortado"), modules: busModules },
  "bus-cortado-in-place": {
    title: "Cortado, in place",
    ...bus("cortado-in-place"),
    modules: busModules,
    ...large,
  },
  "bus-cortado-sync": {
    title: "Cortado, blocking",
    ...bus("cortado"),
    modules: busModules,
    places: ["worker"],
  },
  "bus-cortado-port": { title: "Cortado, message ports", ...bus("cortado"), modules },
  "bus-post-message": { title: "postMessage, copied", ...bus("post-message") },
  "bus-transfer": { title: "postMessage, moved", ...bus("transfer") },
  "bus-comlink": { title: "Comlink", ...bus("comlink") },
  "bus-comlink-transfer": { title: "Comlink, moved", ...bus("comlink"), ...large },
  "bus-coincident": { title: "coincident", ...bus("coincident") },
  "bus-coincident-transfer": { title: "coincident, moved", ...bus("coincident"), ...large },
  "bus-ringbuf": { title: "ringbuf.js and a bell", ...bus("ringbuf") },
  "json-ideal": { title: "hand-written JSON batch", file: "json-batch", ...raw },
  "json-node": { title: "fetch JSON batch on Node", file: "json-batch", server: "json-batch" },
};

/** The candidates of a suite, in its order. `only` is a list of names, or undefined for all. */
export function candidatesNamed(names, only) {
  const unknown = (only ?? []).filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`no such candidate here: ${unknown} (there are ${names})`);
  return names
    .filter((name) => only?.includes(name) ?? true)
    .map((name) => ({ name, file: name, modules: [], ...byName[name] }));
}

export function titleOf(name) {
  return byName[name]?.title ?? name;
}
