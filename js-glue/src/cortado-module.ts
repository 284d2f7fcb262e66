// SPDX-License-Identifier: Apache-2.0
// What Emscripten makes of client-wasm/client/exports.cpp, where each function is described.

export interface CortadoModule {
  /** The module's memory; another one when it has grown. */
  memory(): ArrayBuffer;
  _cortado_open(): number;
  _cortado_close(handle: number, closeCode: number): number;
  _cortado_control(handle: number): number;
  _cortado_connect(handle: number): number;
  _cortado_drop(handle: number): number;
  _cortado_room(handle: number, capacity: number): number;
  _cortado_call(
    handle: number,
    interfaceIdLow: number,
    interfaceIdHigh: number,
    method: number,
    paramsSize: number,
    timeoutMs: number,
    nowMs: number,
  ): number;
  _cortado_cancel(handle: number, slot: number): number;
  _cortado_flush(handle: number): number;
  _cortado_advance(handle: number, nowMs: number): number;
}

export interface CortadoModuleOptions {
  /** Called once: instantiates the module with these imports. */
  instantiate(imports: WebAssembly.Imports): Promise<{ instance: WebAssembly.Instance }>;
  /** Called by the module: what happened on a connection. */
  deliver(handle: number, events: number, count: number): void;
  /** Called by the module: the socket to be used by the connection that asked for one. */
  takeSocket(): WebSocket;
}

export type CreateModule = (options: CortadoModuleOptions) => Promise<CortadoModule>;
