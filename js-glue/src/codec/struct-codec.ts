// SPDX-License-Identifier: Apache-2.0
// Makes the codec of a struct from its generated parts, and turns whatever goes wrong in them into
// a CodecError that says where.
import { CodecError, Problem } from "./errors.ts";
import { HeapArena } from "./heap-arena.ts";
import { MessageReader } from "./reader.ts";
import type { JsonType, StructCodec } from "./types.ts";
import { MessageWriter } from "./writer.ts";

/** A region larger than this is not kept for the next message. */
const spareSizeMax = 65_536;

/** Of the last encode() and decode(): taken while in use, as either may be called within itself. */
let spareArena: HeapArena | undefined;
let spareWriter: MessageWriter | undefined;
let spareReader: MessageReader | undefined;

class Codec<T, Init> implements StructCodec<T, Init> {
  readonly dataSize: number;
  readonly pointersSize: number;
  readonly readFields: (reader: MessageReader) => T;
  readonly writeFields: (w: MessageWriter, data: number, pointers: number, value: Init) => void;
  readonly #makeJson: () => JsonType;
  #json: JsonType | undefined;

  constructor(
    dataWords: number,
    pointerCount: number,
    readFields: (reader: MessageReader) => T,
    writeFields: (w: MessageWriter, data: number, pointers: number, value: Init) => void,
    makeJson: () => JsonType,
  ) {
    this.dataSize = dataWords * 8;
    this.pointersSize = pointerCount * 8;
    this.readFields = readFields;
    this.writeFields = writeFields;
    this.#makeJson = makeJson;
  }

  /** Made when it is first needed: codecs refer to each other, and most pages need none. */
  get json(): JsonType {
    this.#json ??= this.#makeJson();
    return this.#json;
  }

  encode(value: Init): Uint8Array<ArrayBuffer> {
    const arena = spareArena ?? new HeapArena(1024);
    const writer = spareWriter ?? new MessageWriter(arena);
    spareArena = spareWriter = undefined;
    this.write(writer, value);
    const message = arena.bytes.slice(0, writer.finish());
    if (arena.capacity <= spareSizeMax) {
      spareArena = arena;
      spareWriter = writer;
    }
    return message;
  }

  decode(bytes: Uint8Array): T {
    const reader = spareReader ?? new MessageReader();
    spareReader = undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    reader.reset(bytes, view, 0, bytes.length);
    const value = this.read(reader);
    reader.release();
    spareReader = reader;
    return value;
  }

  toJson(value: Init): unknown {
    return explained(() => this.json.toJson(value));
  }

  fromJson(json: unknown): T {
    return explained(() => this.json.fromJson(json)) as T;
  }

  read(reader: MessageReader): T {
    return reader.root(this);
  }

  write(writer: MessageWriter, value: Init): void {
    try {
      writer.fill((root) => writer.struct(root, value, this));
    } catch (error) {
      const isAboutValue =
        error instanceof CodecError || error instanceof TypeError || error instanceof RangeError;
      throw isAboutValue ? this.#explain(value, error) : error;
    }
  }

  /** Writing keeps no path: what is wrong with the value is looked for once it is known to be. */
  #explain(value: Init, error: Error): CodecError {
    try {
      this.json.toJson(value);
    } catch (problem) {
      if (problem instanceof Problem) return problem.toError();
    }
    return new CodecError(`the value cannot be written: ${error.message}`, { cause: error });
  }
}

function explained<T>(run: () => T): T {
  try {
    return run();
  } catch (problem) {
    if (problem instanceof Problem) throw problem.toError();
    // The stack is all that bounds how deep a value nests.
    if (problem instanceof RangeError) throw new CodecError(problem.message, { cause: problem });
    throw problem;
  }
}

/** For generated code. Sizes are in words and pointers. */
export function structCodec<T, Init>(
  dataWords: number,
  pointerCount: number,
  readFields: (reader: MessageReader) => T,
  writeFields: (writer: MessageWriter, data: number, pointers: number, value: Init) => void,
  makeJson: () => JsonType,
): StructCodec<T, Init> {
  return new Codec(dataWords, pointerCount, readFields, writeFields, makeJson);
}
