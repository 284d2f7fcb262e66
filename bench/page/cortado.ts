// SPDX-License-Identifier: Apache-2.0
// The generated client over one of Cortado's carriers, as any page would use it.
import { type ConnectOptions, connect } from "cortado";
import { EchoClient } from "../dist/schema/echo.cortado.ts";
import type { Connection } from "./candidate.ts";

export async function connectEcho(origin: string, options: ConnectOptions): Promise<Connection> {
  const client = await connect(origin, options);
  const echo = new EchoClient(client);
  return {
    call: async (text) => (await echo.echo({ text })).text,
    close: () => client.close(),
  };
}
