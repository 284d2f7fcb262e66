// SPDX-License-Identifier: Apache-2.0
// JSON-RPC by hand over fetch: all calls of a turn are one batch, one POST. Against the native
// server, which was written by hand too, it is the ideal; against Node, what a careful team writes.
import type { Connection } from "../page/candidate.ts";

interface Request {
  readonly jsonrpc: "2.0";
  readonly id: number;
  readonly method: "Echo.echo";
  readonly params: { readonly text: string };
}

interface Response {
  readonly id: number;
  readonly result: { readonly text: string };
}

export async function open(origin: string): Promise<Connection> {
  let requests: Request[] = [];
  let resolvers: ((answer: string) => void)[] = [];
  let rejecters: ((reason: unknown) => void)[] = [];

  const flush = async (): Promise<void> => {
    const body = JSON.stringify(requests);
    const [resolve, reject] = [resolvers, rejecters];
    requests = [];
    resolvers = [];
    rejecters = [];
    try {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${origin}/json-batch`, { method: "POST", headers, body });
      const answers: Response[] = await response.json();
      for (const answer of answers) resolve[answer.id]?.(answer.result.text);
    } catch (error) {
      for (const rejectOne of reject) rejectOne(error);
    }
  };

  return {
    call(text) {
      if (requests.length === 0) queueMicrotask(flush);
      const id = requests.length;
      requests.push({ jsonrpc: "2.0", id, method: "Echo.echo", params: { text } });
      return new Promise((resolve, reject) => {
        resolvers.push(resolve);
        rejecters.push(reject);
      });
    },
    close: () => undefined,
  };
}
