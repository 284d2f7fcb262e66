// SPDX-License-Identifier: Apache-2.0
// A service for tests, as the generator would print it of
//
//   interface Adder {
//     add @0 (a :UInt32, b :UInt32, note :Text) -> (sum :UInt32, note :Text);
//     look @1 (a :UInt32, b :UInt32, note :Text) -> (sum :UInt32, note :Text)
//         $idempotent $cache(ttlMs = 1000);
//     quick @2 (a :UInt32, b :UInt32, note :Text) -> (sum :UInt32, note :Text) $deadline(50);
//   }
import {
  type CallOptions,
  type Channel,
  jsonFields,
  jsonText,
  jsonUint32,
  type MethodDescriptor,
  readText,
  type ServerCall,
  type Service,
  structCodec,
  uint32,
  writeText,
} from "../src/codec/index.ts";

export interface Sum {
  sum: number;
  note: string;
}

export interface Terms {
  a: number;
  b: number;
  note: string;
}

export const Terms = structCodec<Terms, Partial<Terms>>(
  1,
  1,
  (reader) => {
    const { source, data, size, pointers, end } = reader;
    const a = size < 8 ? 0 : source.getUint32(data, true);
    const b = size < 8 ? 0 : source.getUint32(data + 4, true);
    return { a, b, note: readText(reader, pointers, end) };
  },
  (writer, data, pointers, { a, b, note }) => {
    if (a !== undefined) writer.view.setUint32(data, uint32(a), true);
    if (b !== undefined) writer.view.setUint32(data + 4, uint32(b), true);
    writeText(writer, pointers, note);
  },
  () => jsonFields({ a: jsonUint32, b: jsonUint32, note: jsonText }),
);

export const Sum = structCodec<Sum, Partial<Sum>>(
  1,
  1,
  (reader) => {
    const { source, data, size, pointers, end } = reader;
    const sum = size < 8 ? 0 : source.getUint32(data, true);
    return { sum, note: readText(reader, pointers, end) };
  },
  (writer, data, pointers, { sum, note }) => {
    if (sum !== undefined) writer.view.setUint32(data, uint32(sum), true);
    writeText(writer, pointers, note);
  },
  () => jsonFields({ sum: jsonUint32, note: jsonText }),
);

type AdderMethod = MethodDescriptor<Partial<Terms>, Sum>;

const plain: AdderMethod = {
  service: "Adder",
  name: "add",
  interfaceIdLow: 0x9abc_def0,
  interfaceIdHigh: 0xfedc_5678,
  ordinal: 0,
  idempotent: false,
  deadlineMs: 0,
  cacheTtlMs: 0,
  params: Terms,
  results: Sum as AdderMethod["results"],
};

export const add: AdderMethod = plain;
export const look: AdderMethod = {
  ...plain,
  name: "look",
  ordinal: 1,
  idempotent: true,
  cacheTtlMs: 1000,
};
export const quick: AdderMethod = { ...plain, name: "quick", ordinal: 2, deadlineMs: 50 };

export class AdderClient {
  readonly #channel: Channel;

  constructor(channel: Channel) {
    this.#channel = channel;
  }

  add(params: Partial<Terms>, options?: CallOptions): Promise<Sum> {
    return this.#channel.call(add, params, options);
  }

  look(params: Partial<Terms>, options?: CallOptions): Promise<Sum> {
    return this.#channel.call(look, params, options);
  }

  quick(params: Partial<Terms>, options?: CallOptions): Promise<Sum> {
    return this.#channel.call(quick, params, options);
  }
}

type AdderRun = (terms: Terms, call: ServerCall) => Partial<Sum> | Promise<Partial<Sum>>;

export interface AdderService {
  add: AdderRun;
  look: AdderRun;
  quick: AdderRun;
}

/** What is not implemented is not called. */
export function adderService(implementation: Partial<AdderService>): Service {
  const methods = { add, look, quick };
  return { descriptor: { id: 0xfedc56789abcdef0n, name: "Adder", methods }, implementation };
}
