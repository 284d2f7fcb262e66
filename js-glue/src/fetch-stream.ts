// SPDX-License-Identifier: Apache-2.0
// The items of a server stream over fetch: a JSON text sequence (RFC 7464), a record an item and a
// last one that says how it ended. Knows no request.
import { RpcError } from "./errors.ts";
import type { FetchCall } from "./fetch-flight.ts";
import type { Inlet } from "./inlet.ts";
import { answerFrom, isObject } from "./json-rpc.ts";

export const sequenceType = "application/json-seq";

const recordSeparator = "\u{1e}";

/** Settles the call; rejects when the network does. Reads no faster than the items are taken. */
export async function readSequence(
  call: FetchCall,
  inlet: Inlet<unknown>,
  body: ReadableStream<Uint8Array>,
): Promise<void> {
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
    for (const record of records) takeRecord(call, inlet, record);
    await inlet.emptied();
  }
  await reader.cancel();
}

function takeRecord(call: FetchCall, inlet: Inlet<unknown>, record: string): void {
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
    const name = `${call.method.service}.${call.method.name}`;
    const reason = `the items of ${name} have another shape; is its schema the server's?`;
    call.fail(new RpcError("internal", reason, { cause }));
  }
}
