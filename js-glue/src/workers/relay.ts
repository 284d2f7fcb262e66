// SPDX-License-Identifier: Apache-2.0
// Calls of a worker for what the page itself does not serve: they are passed on as they are, to a
// worker that serves it, or to the server. The page knows neither their methods nor their types: what
// they carry is to it a struct of unknown fields, which it writes as it read it.
import {
  attach,
  type ItemStream,
  keep,
  type MethodDescriptor,
  type ServerCall,
  type StructCodec,
  structCodec,
} from "../codec/index.ts";
import { type Caller, type Client, RpcError, type ServedMethod } from "../index.ts";

/** What of a method is in the call itself. */
export interface RelayedMethod {
  readonly interfaceIdLow: number;
  readonly interfaceIdHigh: number;
  readonly ordinal: number;
  readonly kind: number;
}

const needsWebSocket =
  "calls of workers go over the page's WebSocket, and it has none: see diagnose() of its client";

const whole: StructCodec<object, object> = structCodec(
  0,
  0,
  (reader) => {
    const kept = reader.open(0, 0) ? keep(reader, whole, []) : undefined;
    return kept === undefined ? {} : attach({}, kept);
  },
  () => {},
  () => () => {
    throw new RpcError("failed_precondition", needsWebSocket);
  },
);

/** Who answers. */
export interface Relay {
  readonly to: Caller;
  /** Called when it has; not of streams. */
  readonly ended: () => void;
}

/** How a call for such a method is answered: by who is found for it. */
export function relay(
  { kind, ...ids }: RelayedMethod,
  find: (signal: AbortSignal) => Promise<Relay>,
): ServedMethod {
  const method: MethodDescriptor<object, object> = {
    ...ids,
    service: "relayed",
    name: `method ${ids.ordinal}`,
    idempotent: false,
    deadlineMs: 0,
    cacheTtlMs: 0,
    ...(kind === 0 ? {} : { kind: kind as 1 | 2 | 3 }),
    params: whole,
    results: whole,
  };
  const begin = async (given: unknown, call: ServerCall) => {
    const { to, ended } = await find(call.signal);
    // All four take the method, what is given, and options.
    const make = [to.call, to.upload, to.watch, to.chat][kind] as Caller["call"];
    return { answer: make.call(to, method, given as object, call) as unknown, ended };
  };
  const unary = async (given: unknown, call: ServerCall): Promise<object> => {
    const { answer, ended } = await begin(given, call);
    return (answer as Promise<object>).finally(ended);
  };
  async function* stream(given: unknown, call: ServerCall): AsyncGenerator<object> {
    yield* (await begin(given, call)).answer as ItemStream<object>;
  }
  const run = (kind & 2) === 0 ? unary : stream;
  return {
    method: method as MethodDescriptor<unknown, unknown>,
    run: (given, call) => run(given, call as ServerCall),
  };
}

/** Until the server is reached over WebSocket: what is relayed cannot be JSON. */
export async function overWebSocket(client: Client, signal: AbortSignal): Promise<void> {
  const isThere = ({ carrier, state }: Pick<Client, "carrier" | "state">): boolean => {
    if (carrier === "websocket") return true;
    if (state === "connecting" || state === "waiting") return false;
    throw new RpcError("failed_precondition", needsWebSocket);
  };
  if (!isThere(client)) await client.until(isThere, signal);
}
