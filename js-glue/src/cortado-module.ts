// SPDX-License-Identifier: Apache-2.0
// What cortado.wasm exports, each function described in client-wasm/client/exports.cpp, and what it
// imports, described in client-wasm/client/page.hpp.

export interface CortadoModule {
  /** Its buffer is another one when it has grown. */
  readonly memory: WebAssembly.Memory;
  open(seedLow: number, seedHigh: number): number;
  close(handle: number): number;
  control(handle: number): number;
  attach(handle: number, nowMs: number): number;
  detach(handle: number, nowMs: number): number;
  abandon(handle: number): number;
  allocate(size: number): number;
  release(address: number): void;
  receive(handle: number, message: number, messageSize: number, nowMs: number): number;
  room(handle: number, capacity: number): number;
  call(
    handle: number,
    interfaceIdLow: number,
    interfaceIdHigh: number,
    method: number,
    key: number,
    paramsSize: number,
    timeoutMs: number,
    nowMs: number,
  ): number;
  cancel(handle: number, slot: number): number;
  item(handle: number, call: number, size: number): number;
  end(handle: number, call: number): number;
  consumed(handle: number, call: number, items: number, bytes: number): number;
  respond(handle: number, call: number, size: number): number;
  fail(
    handle: number,
    call: number,
    code: number,
    retryAfterMs: number,
    text: number,
    textSize: number,
    detailsSize: number,
  ): number;
  flush(handle: number): number;
  advance(handle: number, nowMs: number): number;
}

export interface CortadoImports {
  deliver(handle: number, events: number, count: number): void;
  send(handle: number, message: number, messageSize: number): void;
  buffered(handle: number): number;
}
