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

/** What encode() and decode() need; the last one is used again, unless it is in use. */
class Tools {
  readonly arena = new HeapArena(1024);
  readonly writer = new MessageWriter(this.arena);
  readonly reader = new MessageReader();
}

let spare: Tools | undefined;

function takeTools(): Tools {
  const tools = spare ?? new Tools();
  spare = undefined; // getters of a value may encode, too
  return tools;
}

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
    const tools = takeTools();
    const { arena, writer } = tools;
    this.write(writer, value);
    const message = arena.bytes.slice(0, writer.finish());
    if (arena.capacity <= spareSizeMax) spare = tools;
    return message;
  }

  decode(bytes: Uint8Array): T {
    const tools = takeTools();
    const { reader } = tools;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    reader.reset(bytes, view, 0, bytes.length);
    const value = this.read(reader);
    reader.release();
    spare = tools;
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
      // The stack is all that bounds how deep it nests.
      throw error instanceof RangeError ? new CodecError("nested too deeply") : error;
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
      this.toJson(value);
      throw error;
    }
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
  return new Codec(dataWords + pointerCount * 65_536, readFields, writeFields, makeJson);
}
