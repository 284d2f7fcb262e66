// SPDX-License-Identifier: Apache-2.0
// What generated code offers and what a client or server of any carrier needs to know of it. Types
// only: nothing here runs.
import type { MessageReader } from "./reader.ts";
import type { MessageWriter } from "./writer.ts";

/**
 * An enumerant that this side's schema does not know yet, as its number in the schema that wrote
 * it. It is written back as it came.
 */
export type UnknownEnumerant = number & {};

/** A union whose active member this side's schema does not know. It is written back as it came. */
export interface UnknownMember {
  /** The member's position in the union of the schema that wrote it. */
  which: UnknownEnumerant;
}

/** The members and elements that lead to a value. */
export type JsonPath = (string | number)[];

/**
 * Converts a value of one schema type to JSON, or JSON to a value when `isJson`, in the shape of
 * rpc/json.hpp. Throws a CodecError that names `path` when `value` is not of the type: the only
 * check it gets. Undefined JSON is a member that is missing, which has a default; what remains
 * undefined is left out.
 */
export type JsonType = (value: unknown, isJson: boolean, path: JsonPath) => unknown;

/**
 * Reads and writes one struct of a schema. `T` is what it reads, `Init` what it writes: there every
 * member may be left out, and has then the schema's default.
 */
export interface StructCodec<T, Init> {
  /** A whole message of one segment. */
  encode(value: Init): Uint8Array<ArrayBuffer>;
  /** The root of a message. */
  decode(bytes: Uint8Array): T;
  /** A value for JSON.stringify. */
  toJson(value: Init): unknown;
  /** From what JSON.parse returned. */
  fromJson(json: unknown): T;

  /** As encode(), into a region that somebody else owns: between begin() and finish(). */
  write(writer: MessageWriter, value: Init): void;
  /** As decode(), of a message that lies in somebody else's memory: after reset(). */
  read(reader: MessageReader): T;

  // For generated code and the codec itself:

  /** Words of the data section, and 65,536 times the number of pointers. */
  readonly shape: number;
  /** Reads the struct that the reader has entered. */
  readFields(reader: MessageReader): T;
  /** Writes into sections at those positions; all bits of fields are zero before. */
  writeFields(writer: MessageWriter, data: number, pointers: number, value: Init): void;
  json(value: unknown, isJson: boolean, path: JsonPath): unknown;
}

/** What a codec writes: `InitOf<typeof Quote>` is `QuoteInit`. */
export type InitOf<C> = C extends StructCodec<infer _, infer Init> ? Init : never;

/** Where a MessageWriter writes: a region of a buffer, 8-byte aligned, that may move as it grows. */
export interface Arena {
  readonly bytes: Uint8Array;
  /** Of the same buffer, and from the same byte of it, as `bytes`. */
  readonly view: DataView;
  /** Index in `bytes`. */
  readonly start: number;
  readonly capacity: number;
  /**
   * Makes `capacity` at least `neededBytes`, or throws. Any of the above may be another afterwards;
   * what was written need not be kept.
   */
  grow(neededBytes: number): void;
}

export interface CallOptions {
  /** Milliseconds to wait for the answer; without it, what the schema or the client says. */
  timeoutMs?: number | undefined;
  /** Aborting it cancels the call. */
  signal?: AbortSignal | undefined;
}

/** What the schema says of one method. */
export interface MethodDescriptor<P, R> {
  /** As in JSON-RPC: "Market", "Exchange.Market" when nested. */
  readonly service: string;
  readonly name: string;
  readonly interfaceIdLow: number;
  readonly interfaceIdHigh: number;
  readonly ordinal: number;
  readonly idempotent: boolean;
  /** 0: none. */
  readonly deadlineMs: number;
  /** How long a result is fresh; 0: not at all. */
  readonly cacheTtlMs: number;
  /**
   * Who sends items, each of the type of `params` or `results`: 1 the caller, 2 the callee, 3 both
   * (CallKind of the protocol). Without it nobody: one value there, one back.
   */
  readonly kind?: 1 | 2 | 3;
  readonly params: StructCodec<unknown, P>;
  readonly results: StructCodec<R, unknown>;
}

/** What a stream is written from: a list, a generator, a readable stream of the browser. */
export type Items<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Items as they arrive. It can be read once, and starts when reading does. What is not read in time
 * holds the writer back, so nothing is lost and nothing piles up.
 */
export interface ItemStream<T> extends AsyncIterable<T> {
  /**
   * Calls back with each item, as it is received: the fastest way, as it costs no promise an item.
   * Fulfilled when the stream has ended; what the callback throws ends it.
   */
  forEach(callback: (item: T) => void): Promise<void>;
  /** Ends it here, and the work at the other end. */
  close(): void;
}

/** Whatever carries a call and brings its answer. */
export interface Channel {
  call<P, R>(method: MethodDescriptor<P, R>, params: P, options?: CallOptions): Promise<R>;
  /** The callee sends items. */
  watch<P, R>(method: MethodDescriptor<P, R>, params: P, options?: CallOptions): ItemStream<R>;
  /** The caller does. */
  upload<P, R>(method: MethodDescriptor<P, R>, items: Items<P>, options?: CallOptions): Promise<R>;
  /** Both do. */
  chat<P, R>(method: MethodDescriptor<P, R>, items: Items<P>, options?: CallOptions): ItemStream<R>;
}

/** The call that a service is asked to answer. */
export interface ServerCall {
  /** Aborted when the caller gives up or the time is over. */
  readonly signal: AbortSignal;
  /** How long the caller waits; 0: for ever. */
  readonly timeoutMs: number;
}

/** A service as the schema declares it; `S` is the interface its implementations have. */
export interface ServiceDescriptor<S> {
  readonly id: bigint;
  readonly name: string;
  /** By the names that `S` has for them. */
  readonly methods: { readonly [M in keyof S]: MethodDescriptor<never, unknown> };
}

/** An implementation and what it implements: what generated functions make of the former. */
export interface Service {
  readonly descriptor: ServiceDescriptor<unknown>;
  readonly implementation: object;
}
