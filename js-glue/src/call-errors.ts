// SPDX-License-Identifier: Apache-2.0
// What the errors of calls say that begin at this end.
import type { MethodDescriptor } from "./codec/index.ts";
import { RpcError, statusCodeFrom } from "./errors.ts";

/** The core took no call. */
export function refusal(result: number): RpcError {
  const code = statusCodeFrom(-result);
  const reason =
    code === "resource_exhausted"
      ? "too many calls or bytes are in flight, or the params exceed what the server takes"
      : "the connection takes no new calls";
  return new RpcError(code, reason);
}

/** Of a received message, or JSON: whose schema is not this end's. */
export function decodeError(
  what: "params" | "results" | "items",
  { service, name }: MethodDescriptor<never, unknown> | MethodDescriptor<unknown, unknown>,
  cause: unknown,
): RpcError {
  const reason = `the ${what} of ${service}.${name} are not what its schema says; is it the server's?`;
  return new RpcError(what === "params" ? "invalid_argument" : "internal", reason, { cause });
}

/** docs/sessions.md, "Honest failure". */
export function lostError(words: string, mayHaveRun: boolean): RpcError {
  return mayHaveRun
    ? new RpcError("unknown", `${words}; the call may have run: ask the server, or the user`)
    : new RpcError("unavailable", `${words}; the call was not sent: call again`);
}
