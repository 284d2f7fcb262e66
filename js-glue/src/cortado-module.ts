// SPDX-License-Identifier: Apache-2.0
// What cortado.wasm exports, each function described in client-wasm/client/exports.cpp, and what it
// imports, described in client-wasm/client/page.hpp.

export interface CortadoModule {
  /** Its buffer is another one when it has grown. */
  readonly memory: WebAssembly.Memory;
  open(): number;
  close(handle: number): number;
  control(handle: number): number;
  set_open(handle: number, open: boolean): number;
  allocate(size: number): number;
  receive(handle: number, message: number, messageSize: number, nowMs: number): number;
  room(handle: number, capacity: number): number;
  call(
    handle: number,
    interfaceIdLow: number,
    interfaceIdHigh: number,
    method: number,
    paramsSize: number,
    timeoutMs: number,
    nowMs: number,
  ): number;
  cancel(handle: number, slot: number): number;
  flush(handle: number): number;
  advance(handle: number, nowMs: number): number;
}

export interface CortadoImports {
  deliver(handle: number, events: number, count: number): void;
  send(handle: number, message: number, messageSize: number): void;
  buffered(handle: number): number;
}
