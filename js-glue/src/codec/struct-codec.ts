// SPDX-License-Identifier: Apache-2.0
// Makes the codec of a struct from its generated parts, and turns whatever goes wrong in them into
// a CodecError that says where.
import { CodecError } from "./errors.ts";
import { HeapArena } from "./heap-arena.ts";
import { MessageReader } from "./reader.ts";
import type { JsonPath, JsonType, StructCodec } from "./types.ts";
import { MessageWriter } from "./writer.ts";

/** A region larger than this is not kept for the next message. */
const spareSizeMax = 65_536;

/** Of the last encode() and decode(): taken while in use, as either may be called within itself. */
let spareArena: HeapArena | undefined;
let spareWriter: MessageWriter | undefined;
let spareReader: MessageReader | undefined;

class Codec<T, Init> implements StructCodec<T, Init> {
  readonly shape: number;
  readonly readFields: (reader: MessageReader) => T;
  readonly writeFields: (w: MessageWriter, data: number, pointers: number, value: Init) => void;
  readonly #makeJson: () => JsonType;
  #json: JsonType | undefined;

  constructor(
    shape: number,
    readFields: (reader: MessageReader) => T,
    writeFields: (w: MessageWriter, data: number, pointers: number, value: Init) => void,
    makeJson: () => JsonType,
  ) {
    this.shape = shape;
    this.readFields = readFields;
    this.writeFields = writeFields;
    this.#makeJson = makeJson;
  }

  json(value: unknown, isJson: boolean, path: JsonPath): unknown {
    // Made when it is first needed: codecs refer to each other, and most pages need none.
    this.#json ??= this.#makeJson();
    return this.#json(value, isJson, path);
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
    return this.#convert(value, false);
  }

  fromJson(json: unknown): T {
    return this.#convert(json, true) as T;
  }

  #convert(value: unknown, isJson: boolean): unknown {
    try {
      return this.json(value, isJson, []);
    } catch (error) {
      throw asCodecError(error); // a RangeError: the stack is all that bounds how deep it nests
    }
  }

  read(reader: MessageReader): T {
    return reader.root(this);
  }

  write(writer: MessageWriter, value: Init): void {
    try {
      writer.fill((root) => writer.struct(root, value, this));
    } catch (error) {
      // Writing keeps no path; converting does, and refuses the same values.
      if (asCodecError(error) !== error || error instanceof CodecError) this.toJson(value);
      throw asCodecError(error);
    }
  }
}

/** What the engine throws at values of a wrong type, or at those that nest too deeply, made ours. */
function asCodecError(error: unknown): unknown {
  if (!(error instanceof TypeError) && !(error instanceof RangeError)) return error;
  return new CodecError(error.message, { cause: error });
}

/** For generated code. Sizes are in words and pointers. */
export function structCodec<T, Init>(
  dataWords: number,
  pointerCount: number,
  readFields: (reader: MessageReader) => T,
  writeFields: (writer: MessageWriter, data: number, pointers: number, value: Init) => void,
  makeJson: () => JsonType,
): StructCodec<T, Init> {
  return new Codec(dataWords + pointerCount * 65_536, readFields, writeFields, makeJson);
}
