// SPDX-License-Identifier: Apache-2.0
// What a page offers to the other end: methods of services it serves, and readers of topics. Knows
// no connection; served-calls.ts and link.ts ask here.
import type { Items, MethodDescriptor, Service, StructCodec } from "./codec/index.ts";

/** A method of a service, in the shape that all kinds share. */
export interface ServedMethod {
  readonly method: MethodDescriptor<unknown, unknown>;
  /** The implementation: of params or items, and the call. */
  readonly run: (params: unknown, call: unknown) => unknown | Items<unknown>;
}

interface TopicReader {
  readonly codec: StructCodec<unknown, unknown>;
  readonly read: (message: unknown) => void;
}

export class Services {
  readonly #methods = new Map<string, ServedMethod>();
  readonly #topics = new Map<string, Set<TopicReader>>();

  serve({ descriptor, implementation }: Service): void {
    const methods = Object.entries<MethodDescriptor<unknown, unknown>>(descriptor.methods);
    for (const [name, method] of methods) {
      // The generated function that made the service has seen to it that they fit together.
      const members = implementation as Record<string, ServedMethod["run"]>;
      this.#methods.set(keyOf(method.interfaceIdLow, method.interfaceIdHigh, method.ordinal), {
        method,
        run: (params, call) => members[name]?.(params, call),
      });
    }
  }

  find(interfaceIdLow: number, interfaceIdHigh: number, ordinal: number): ServedMethod | undefined {
    return this.#methods.get(keyOf(interfaceIdLow, interfaceIdHigh, ordinal));
  }

  /** Returns what ends it. */
  subscribe<T>(
    topic: string,
    codec: StructCodec<T, unknown>,
    read: (message: T) => void,
  ): () => void {
    const readers = this.#topics.get(topic) ?? new Set();
    this.#topics.set(topic, readers);
    // A reader is only ever given what its own codec has read.
    const reader = { codec, read: read as TopicReader["read"] };
    readers.add(reader);
    return () => {
      readers.delete(reader);
      if (readers.size === 0) this.#topics.delete(topic);
    };
  }

  /** A push: each reader gets its own message, by `decode`. */
  publish(topic: string, decode: (codec: TopicReader["codec"]) => unknown): void {
    for (const { codec, read } of [...(this.#topics.get(topic) ?? [])]) {
      try {
        read(decode(codec));
      } catch (thrown) {
        reportError(thrown); // one reader's bug, or another schema: others read on
      }
    }
  }
}

function keyOf(interfaceIdLow: number, interfaceIdHigh: number, ordinal: number): string {
  return `${interfaceIdLow}.${interfaceIdHigh}.${ordinal}`;
}
