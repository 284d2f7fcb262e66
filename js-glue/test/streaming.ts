// SPDX-License-Identifier: Apache-2.0
// A client with streams on memory sockets, the real core, and a server with sessions.
import type { Client } from "../src/client.ts";
import { type ConnectOptions, connect } from "../src/connect.ts";
import { FeedClient } from "./feed.ts";
import { compiledCore } from "./module.ts";
import { SessionServer } from "./session-server.ts";

export const wasm = compiledCore();

export interface Streaming {
  readonly client: Client;
  readonly server: SessionServer;
  readonly feed: FeedClient;
}

export async function streaming(options: ConnectOptions = {}): Promise<Streaming> {
  const server = new SessionServer();
  const client = await connect("http://test", {
    carrier: "websocket",
    webSocket: server.network.webSocket,
    wasm,
    ...options,
  });
  return { client, server, feed: new FeedClient(client) };
}

/** Lets the other end's turns, and the page's, pass. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
