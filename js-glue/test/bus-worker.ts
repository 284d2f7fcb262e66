// SPDX-License-Identifier: Apache-2.0
// A Talker in a worker of Node's: says its ticket, is told its peer's, and says how many it received.
import { once } from "node:events";
import { parentPort, workerData } from "node:worker_threads";
import { instantiate, Talker, type Wait } from "./bus-talker.ts";

export interface BusWorkerData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly seed: number;
  readonly count: number;
  readonly wait: Wait;
}

const { module, memory, seed, count, wait } = workerData as BusWorkerData;
if (parentPort === null) throw new Error("not a worker");
const talker = new Talker(instantiate(module, memory), memory, seed);
const told = once(parentPort, "message");
parentPort.postMessage(talker.ticket);
const [peer] = (await told) as [number];
// Node does not see that Atomics.waitAsync waits, and would end.
parentPort.ref();
parentPort.postMessage(await talker.talk(peer, count, wait));
parentPort.close();
