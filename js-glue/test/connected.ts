// SPDX-License-Identifier: Apache-2.0
// A client on memory sockets with the real core, and the server it talks to.
import type { Client } from "../src/client.ts";
import { type ConnectOptions, connect } from "../src/connect.ts";
import { RpcError } from "../src/errors.ts";
import { AdderClient } from "./adder.ts";
import { AdderServer } from "./adder-server.ts";
import { MemoryNetwork, type MemorySocket } from "./memory-socket.ts";
import { compiledCore } from "./module.ts";

export const wasm = compiledCore();

export interface Connected {
  readonly client: Client;
  readonly server: AdderServer;
  readonly network: MemoryNetwork;
  readonly adder: AdderClient;
}

/** `onSocket`: instead of the server's accepting each socket. */
export async function connected(
  server = new AdderServer(),
  options: ConnectOptions = {},
  onSocket: (socket: MemorySocket) => void = server.accept,
): Promise<Connected> {
  const network = new MemoryNetwork(onSocket);
  const client = await connect("http://test", {
    carrier: "websocket",
    webSocket: network.webSocket,
    wasm,
    ...options,
  });
  return { client, server, network, adder: new AdderClient(client) };
}

/** "not_found: no such symbol", or "no error". */
export async function errorOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "no error";
  } catch (thrown) {
    return thrown instanceof RpcError ? thrown.message : `not an RpcError: ${thrown}`;
  }
}

export function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
