// SPDX-License-Identifier: Apache-2.0
// What an application does, small: bundled by esbuild and by Vite, and run under policies that
// allow more or less.
import { connect, RpcError } from "cortado";
import { ProbeClient, type ProbeService, probeService } from "../generated/probe.cortado.ts";

/** Where to connect, if not to where the page came from. */
const server = new URLSearchParams(location.search).get("server") ?? undefined;

async function answer(): Promise<string> {
  try {
    using client = await connect(server, { carrier: "websocket" });
    const served: Partial<ProbeService> = { count: () => ({ calls: 7n }) };
    client.serve(probeService(served as ProbeService));
    const { size, sum } = await new ProbeClient(client).digest({ data: new Uint8Array([1, 2, 3]) });
    return `${size} bytes, sum ${sum}`;
  } catch (error) {
    if (error instanceof RpcError) return error.message;
    throw error;
  }
}

const output = document.querySelector("output");
if (output !== null) output.textContent = await answer();
