// SPDX-License-Identifier: Apache-2.0
// The loops that are timed, in the page, the same for every candidate.
import {
  type ChatConnection,
  type Connection,
  type Open,
  type PushConnection,
  payload,
  type UploadConnection,
} from "./candidate.ts";
import { offer } from "./offer.ts";
import { type Caller, quantile, rateOf, timesOf } from "./timing.ts";

export interface Latency {
  readonly p50: number; // µs, as the others
  readonly p90: number;
  readonly p99: number;
  readonly calls: number;
}

/** What lib/rounds.mjs calls by `bench.…` in the page. */
export interface Bench {
  latency(durationMs: number): Promise<Latency>;
  throughput(inFlight: number, durationMs: number): Promise<number>;
  bursts(size: number, durationMs: number): Promise<number>;
  pushes(count: number, durationMs: number): Promise<number>;
  uploads(count: number, durationMs: number): Promise<number>;
  chats(count: number, durationMs: number): Promise<number>;
  chatLatency(durationMs: number): Promise<Latency>;
}

/** Opens the candidate and, when a first call was answered, offers the loops as `bench`. */
export async function serveBench(open: Open): Promise<void> {
  await offer(async (): Promise<Bench> => {
    const connection = await open(location.origin);
    expect(await connection.call(payload));
    // A suite calls only the loops of the kind of its candidates.
    const push = connection as PushConnection;
    const upload = connection as UploadConnection;
    const chat = connection as ChatConnection;
    return {
      latency: (durationMs) => latency(connection, durationMs),
      throughput: (inFlight, durationMs) => throughput(connection, inFlight, durationMs),
      bursts: (size, durationMs) => bursts(connection, size, durationMs),
      pushes: (count, durationMs) =>
        streamed((read) => push.push(payload, count, read), count, durationMs),
      uploads: (count, durationMs) => uploads(upload, count, durationMs),
      chats: (count, durationMs) =>
        streamed((read) => chat.chat(payload, count, read), count, durationMs),
      chatLatency: (durationMs) => chatLatency(chat, durationMs),
    };
  });
}

/** One call at a time. */
async function latency(connection: Connection, durationMs: number): Promise<Latency> {
  const timesUs = await timesOf(callerOf(connection), durationMs);
  const at = (share: number) => quantile(timesUs, share);
  return { p50: at(0.5), p90: at(0.9), p99: at(0.99), calls: timesUs.length };
}

/** Calls a second with `inFlight` callers, each of which calls again when it has its answer. */
function throughput(connection: Connection, inFlight: number, durationMs: number): Promise<number> {
  const caller = callerOf(connection);
  return rateOf(Array(inFlight).fill(caller), durationMs);
}

function callerOf(connection: Connection): Caller<string> {
  return { call: () => connection.call(payload), check: expect };
}

/** Calls a second when `size` calls are made in one turn and all awaited before the next turn. */
async function bursts(connection: Connection, size: number, durationMs: number): Promise<number> {
  const begin = performance.now();
  let calls = 0;
  while (performance.now() - begin < durationMs) {
    const burst: Promise<string>[] = [];
    for (let call = 0; call < size; ++call) burst.push(connection.call(payload));
    for (const answer of await Promise.all(burst)) expect(answer);
    calls += size;
  }
  return (calls / (performance.now() - begin)) * 1000;
}

/**
 * Items a second, from streams of `count` items one after the other. What is wrong with one is told
 * behind the last: candidates differ in what they do when a reader throws.
 */
async function streamed(
  run: (read: (text: string) => void) => Promise<void>,
  count: number,
  durationMs: number,
): Promise<number> {
  const begin = performance.now();
  let items = 0;
  let wrong: string | undefined;
  const read = (text: string): void => {
    if (text !== payload) wrong ??= text;
    items += 1;
  };
  for (let asked = count; performance.now() - begin < durationMs; asked += count) {
    await run(read);
    if (wrong !== undefined) throw wrongAnswer(wrong);
    if (items !== asked) throw new Error(`${items} items instead of ${asked}`);
  }
  return (items / (performance.now() - begin)) * 1000;
}

/** Items a second, `count` an upload. */
async function uploads(connection: UploadConnection, count: number, durationMs: number) {
  const begin = performance.now();
  let items = 0;
  while (performance.now() - begin < durationMs) {
    const collected = await connection.upload(payload, count);
    expect(collected.text);
    if (collected.count !== count) throw new Error(`${collected.count} items instead of ${count}`);
    items += count;
  }
  return (items / (performance.now() - begin)) * 1000;
}

/** One item at a time, in one stream. */
async function chatLatency(connection: ChatConnection, durationMs: number): Promise<Latency> {
  const chat = connection.openChat();
  try {
    return await latency(chat, durationMs);
  } finally {
    chat.close();
  }
}

function expect(answer: string): void {
  if (answer !== payload) throw wrongAnswer(answer);
}

function wrongAnswer(answer: unknown): Error {
  return new Error(`answered ${JSON.stringify(answer)}`);
}
