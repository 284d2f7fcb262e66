// SPDX-License-Identifier: Apache-2.0
// What an application does, small: bundled by esbuild and by Vite, and run under policies that
// allow more or less.
import { connect, RpcError } from "cortado";
import { ProbeClient } from "../generated/probe.cortado.ts";

async function answer(): Promise<string> {
  try {
    using client = await connect(undefined, { carrier: "websocket" });
    const { size, sum } = await new ProbeClient(client).digest({ data: new Uint8Array([1, 2, 3]) });
    return `${size} bytes, sum ${sum}`;
  } catch (error) {
    if (error instanceof RpcError) return error.message;
    throw error;
  }
}

const output = document.querySelector("output");
if (output !== null) output.textContent = await answer();
