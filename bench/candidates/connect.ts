// SPDX-License-Identifier: Apache-2.0
// connect-web: the Connect protocol with binary messages, one fetch a call, and connect-node.
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import type { Connection } from "../page/candidate.ts";
import { Echo } from "../schema/generated/echo_pb.js";

export async function open(origin: string): Promise<Connection> {
  const client = createClient(
    Echo,
    createConnectTransport({ baseUrl: origin, useBinaryFormat: true }),
  );
  return {
    call: async (text) => (await client.echo({ text })).text,
    close: () => undefined,
  };
}
