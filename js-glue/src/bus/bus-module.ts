// SPDX-License-Identifier: Apache-2.0
// What bus.wasm exports, each function described in client-wasm/bus/exports.cpp. It imports
// env.memory. Numbers below 0 are minus a refusal, refusalNumber of generated/bus.ts.

export interface BusModule {
  format(): number;
  check(): number;
  free_size(): number;
  join(spinsLimit: number): number;
  leave(me: number): number;
  mark_dead(me: number, slot: number): number;
  reclaim(me: number, slot: number): number;
  state(slot: number): number;
  heartbeat(slot: number): number;
  control(me: number): number;
  doorbell(me: number): number;
  spin(me: number): number;
  prepare_to_wait(me: number): number;
  look(me: number): number;
  wait_for(me: number, to: number): number;
  wait_no_more(me: number): number;
  waits_for(slot: number): number;
  open(me: number, to: number, capacity: number): number;
  reserve(me: number, to: number, size: number): number;
  commit(me: number, to: number, size: number): number;
  send_block(me: number, to: number, block: number, size: number, isKept: number): number;
  ring(me: number, to: number): number;
  end(me: number, to: number, code: number): number;
  peek(me: number, from: number): number;
  release(me: number, from: number): number;
  finish(me: number, from: number, code: number): number;
  allocate(me: number, size: number): number;
  free(me: number, block: number): number;
}
