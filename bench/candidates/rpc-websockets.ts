// SPDX-License-Identifier: Apache-2.0
// rpc-websockets: JSON-RPC 2.0, one message a call.
import { Client } from "rpc-websockets";
import { type Connection, webSocketUrl } from "../page/candidate.ts";

export async function open(origin: string): Promise<Connection> {
  const client = new Client(webSocketUrl(origin, "/"));
  await new Promise<void>((resolve, reject) => {
    client.once("open", resolve);
    client.once("error", reject);
  });
  return {
    call: async (text) => (await client.call("echo", { text })) as string, // the server echoes
    close: () => client.close(),
  };
}
