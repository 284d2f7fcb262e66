// SPDX-License-Identifier: Apache-2.0
// The generated client's stream, read in one of its two ways.
import { type ConnectOptions, connect } from "cortado";
import type { ItemStream } from "cortado/codec";
import { type Echo_RepeatResults, EchoClient } from "../dist/schema/echo.cortado.ts";
import type { PushConnection } from "./candidate.ts";

type Read = (items: ItemStream<Echo_RepeatResults>, read: (text: string) => void) => Promise<void>;

export async function connectPush(
  origin: string,
  options: ConnectOptions,
  readAll: Read,
): Promise<PushConnection> {
  const client = await connect(origin, options);
  const echo = new EchoClient(client);
  return {
    call: async (text) => (await echo.echo({ text })).text,
    push: (text, count, read) => readAll(echo.repeat({ text, count }), read),
    close: () => client.close(),
  };
}
