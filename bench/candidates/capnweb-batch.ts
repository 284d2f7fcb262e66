// SPDX-License-Identifier: Apache-2.0
// capnweb's HTTP batch: a session is one request, so a new one is begun for the calls of each turn.
import { newHttpBatchRpcSession, type RpcTarget } from "capnweb";
import type { Connection } from "../page/candidate.ts";

interface Echo extends RpcTarget {
  echo(text: string): Promise<string>;
}

export async function open(origin: string): Promise<Connection> {
  let batch: ReturnType<typeof newHttpBatchRpcSession<Echo>> | undefined;
  return {
    call: async (text) => {
      if (batch === undefined) {
        // The session sends itself by a timer of 0 ms; this one, set first, retires it just before.
        setTimeout(() => {
          batch = undefined;
        }, 0);
        batch = newHttpBatchRpcSession<Echo>(`${origin}/rpc`);
      }
      return batch.echo(text);
    },
    close: () => undefined,
  };
}
