// SPDX-License-Identifier: Apache-2.0
// Who in this page reads what the server pushes on topics. Knows no connection.
import type { StructCodec } from "./codec/index.ts";

interface TopicReader {
  readonly codec: StructCodec<unknown, unknown>;
  readonly read: (message: unknown) => void;
}

export class Topics {
  readonly #readers = new Map<string, Set<TopicReader>>();

  /** Returns what ends it. */
  subscribe<T>(
    topic: string,
    codec: StructCodec<T, unknown>,
    read: (message: T) => void,
  ): () => void {
    const readers = this.#readers.get(topic) ?? new Set();
    this.#readers.set(topic, readers);
    // A reader is only ever given what its own codec has read.
    const reader = { codec, read: read as TopicReader["read"] };
    readers.add(reader);
    return () => {
      if (readers.delete(reader) && readers.size === 0) this.#readers.delete(topic);
    };
  }

  /** A push: each reader gets its own message, by `decode`. */
  publish(topic: string, decode: (codec: TopicReader["codec"]) => unknown): void {
    for (const { codec, read } of [...(this.#readers.get(topic) ?? [])]) {
      try {
        read(decode(codec));
      } catch (thrown) {
        reportError(thrown); // one reader's bug, or another schema: others read on
      }
    }
  }
}
