// SPDX-License-Identifier: Apache-2.0
// A page with a worker as users write it, for bundlers.
import { RpcError } from "cortado";
import { connectWorker } from "cortado/workers";
import { ProbeClient } from "../generated/probe.cortado.ts";

async function answer(): Promise<string> {
  try {
    const worker = new Worker(new URL("./bundled.worker.ts", import.meta.url), { type: "module" });
    const link = connectWorker(worker);
    const { size, sum } = await new ProbeClient(link).digest({ data: new Uint8Array([1, 2, 3]) });
    return `${link.carrier}: ${size} bytes, sum ${sum}`;
  } catch (error) {
    if (error instanceof RpcError) return error.message;
    throw error;
  }
}

const output = document.querySelector("output");
if (output !== null) output.textContent = await answer();
