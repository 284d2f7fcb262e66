// SPDX-License-Identifier: Apache-2.0
// The generated client's uploads and chats: items written from an iterable or an async one, and read
// by a callback or by `for await`.
import { connect } from "cortado";
import type { ItemStream, Items } from "cortado/codec";
import { type Streams_ChatResults, StreamsClient } from "../dist/schema/echo.cortado.ts";
import {
  type ChatConnection,
  type Connection,
  onlyItem,
  type UploadConnection,
} from "./candidate.ts";

interface Item {
  readonly text: string;
}

/** The text so often. */
export type Write = (text: string, count: number) => Items<Item>;

export function* iterable(text: string, count: number): Generator<Item> {
  for (let sent = 0; sent < count; ++sent) yield { text };
}

export async function* asyncIterable(text: string, count: number): AsyncGenerator<Item> {
  for (let sent = 0; sent < count; ++sent) yield { text };
}

export type Read = (
  items: ItemStream<Streams_ChatResults>,
  read: (text: string) => void,
) => Promise<void>;

export const byCallback: Read = (items, read) =>
  items.forEach(({ text }) => {
    read(text);
  });

export const byLoop: Read = async (items, read) => {
  for await (const { text } of items) read(text);
};

export async function connectUpload(origin: string, write: Write): Promise<UploadConnection> {
  const client = await connect(origin, { carrier: "websocket" });
  const streams = new StreamsClient(client);
  const upload: UploadConnection["upload"] = (text, count) => streams.collect(write(text, count));
  return {
    upload,
    call: async (text) => (await upload(text, 1)).text,
    close: () => client.close(),
  };
}

export async function connectChat(
  origin: string,
  write: Write,
  readAll: Read,
): Promise<ChatConnection> {
  const client = await connect(origin, { carrier: "websocket" });
  const streams = new StreamsClient(client);
  const chat: ChatConnection["chat"] = (text, count, read) =>
    readAll(streams.chat(write(text, count)), read);
  return {
    chat,
    call: (text) => onlyItem((read) => chat(text, 1, read)),
    openChat: () => openChat(streams, readAll),
    close: () => client.close(),
  };
}

function openChat(streams: StreamsClient, readAll: Read): Connection {
  const outbox = new Outbox<Item>();
  let resolve: (item: string) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const stream = streams.chat(outbox);
  readAll(stream, (item) => resolve(item)).catch((reason) => reject(reason));
  return {
    call: (text) => {
      outbox.put({ text });
      return new Promise((resolveItem, rejectItem) => {
        resolve = resolveItem;
        reject = rejectItem;
      });
    },
    close: () => stream.close(),
  };
}

/** Items put in by hand, of which at most one waits; without the promises of a generator. */
class Outbox<T> implements AsyncIterable<T> {
  #waiting: T | undefined;
  #take: ((result: IteratorResult<T>) => void) | undefined;

  put(value: T): void {
    if (this.#take === undefined) this.#waiting = value;
    else this.#take({ done: false, value });
    this.#take = undefined;
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return { next: () => this.#next() };
  }

  #next(): Promise<IteratorResult<T>> {
    const value = this.#waiting;
    this.#waiting = undefined;
    if (value !== undefined) return Promise.resolve({ done: false, value });
    return new Promise((resolve) => {
      this.#take = resolve;
    });
  }
}
