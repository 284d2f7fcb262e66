// SPDX-License-Identifier: Apache-2.0
// The items of a server stream over fetch: a JSON text sequence (RFC 7464), a record an item and a
// last one that says how it ended. Knows no request. Loaded with the first such answer: where
// WebSocket works there is none. It imports nothing that runs, as serving.ts.

import type { decodeError } from "./call-errors.ts";
import type { RpcError } from "./errors.ts";
import type { FetchCall } from "./fetch-flight.ts";
import type { Inlet } from "./inlet.ts";
import type { answerFrom, isObject } from "./json-rpc.ts";

/** What the page has already. */
export interface SequenceParts {
  readonly RpcError: typeof RpcError;
  readonly answerFrom: typeof answerFrom;
  readonly decodeError: typeof decodeError;
  readonly isObject: typeof isObject;
}

const recordSeparator = "\u{1e}";

/** Settles the call; rejects when the network does. Reads no faster than the items are taken. */
export async function readSequence(
  call: FetchCall,
  inlet: Inlet<unknown>,
  body: ReadableStream<Uint8Array>,
  parts: SequenceParts,
): Promise<void> {
  const { RpcError } = parts;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!call.done) {
    const { done, value } = await reader.read();
    if (done) {
      call.fail(new RpcError("unavailable", "the stream was cut: the network or the server went"));
      return;
    }
    text += decoder.decode(value, { stream: true });
    const records = text.split("\n");
    text = records.pop() ?? "";
    for (const record of records) takeRecord(call, inlet, record, parts);
    await inlet.emptied();
  }
  await reader.cancel();
}

function takeRecord(
  call: FetchCall,
  inlet: Inlet<unknown>,
  record: string,
  { answerFrom, decodeError, isObject }: SequenceParts,
): void {
  const json = record.slice(record.lastIndexOf(recordSeparator) + 1);
  if (json === "" || call.done) return;
  try {
    const message: unknown = JSON.parse(json);
    if (isObject(message) && "item" in message) {
      inlet.take(call.method.results.fromJson(message["item"]), 0);
      return;
    }
    const answer = answerFrom(message);
    if (answer === undefined) throw new Error("neither an item nor an end");
    if (answer.error === undefined) call.succeed(undefined);
    else call.fail(answer.error);
  } catch (cause) {
    call.fail(decodeError("items", call.method, cause));
  }
}
