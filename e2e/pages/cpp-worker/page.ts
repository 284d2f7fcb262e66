// SPDX-License-Identifier: Apache-2.0
// What the tests of C++ workers do in their pages, again and again.
import { RpcError } from "cortado";
import { connectWorker, type WorkerLinkOptions } from "cortado/workers";
import { type PageService, pageService, WorkshopClient } from "../../generated/workshop.cortado.ts";

/** It ends with the page. */
export function start(options: WorkerLinkOptions = {}) {
  const worker = new Worker("/cpp-worker/workshop.worker.js", { type: "module" });
  const link = connectWorker(worker, options);
  return { worker, link, workshop: new WorkshopClient(link) };
}

/** What a promise rejects with, as text, and "settled" when it does not. */
export async function outcome(promise: PromiseLike<unknown>): Promise<string> {
  try {
    await promise;
    return "settled";
  } catch (thrown) {
    if (thrown instanceof RpcError) return thrown.message;
    return `no RpcError: ${String(thrown)}`;
  }
}

/** As Workshop.produce gives them. */
export function pattern(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let index = 0; index < size; index += 1) bytes[index] = index % 251;
  return bytes;
}

export function isPattern(bytes: Uint8Array): boolean {
  return bytes.every((byte, index) => byte === index % 251);
}

/** As Workshop.digest says it. */
export function digestOf(data: Uint8Array): { size: number; sum: number } {
  let sum = 0;
  for (const byte of data) sum = (sum + byte) >>> 0;
  return { size: data.length, sum };
}

export async function* numbers(to: number, paddingSize = 0) {
  const padding = new Uint8Array(paddingSize);
  for (let value = 0; value < to; value += 1) yield { value: BigInt(value), padding };
}

/** What a page serves. */
export function pageServer() {
  const served: PageService = {
    count: ({ to }) => numbers(Number(to)),
    digest: ({ data }) => digestOf(data),
  };
  return pageService(served);
}
