// SPDX-License-Identifier: Apache-2.0
// Reads the values a pointer leads to: text, data, lists. One function for each type that a list
// can have, so that a page carries only those its schema uses, and each loop stays one of machine
// numbers. All take the position of the pointer and the end of the section it is in, as an older
// schema's section may end before it. What bounds a loop was claimed from the reader before.
import { fail } from "./errors.ts";
import type { MessageReader } from "./reader.ts";
import type { StructCodec } from "./types.ts";

/** Reads what a pointer at `at` leads to. */
export type ReadPointer<T> = (reader: MessageReader, at: number, end: number) => T;

/** Bytes up to which the loop is faster than TextDecoder: 80 in Chromium 156, 28 in Node 20. */
const shortTextMax = 64;

/** Each bit becomes up to eight bytes of a JavaScript array: 128 MiB. */
const bitCountMax = 1 << 24;

/** Bytes that are no UTF-8 become U+FFFD; a byte order mark is text like any other. */
const decoder = /*#__PURE__*/ new TextDecoder("utf-8", { ignoreBOM: true });

export function readText(reader: MessageReader, at: number, end: number, missing = ""): string {
  const size = reader.packed(at, end, 2) - 1;
  if (size === -2) return missing;
  const { bytes, data } = reader;
  if (size < 0 || bytes[data + size] !== 0) fail("text without NUL");
  const textEnd = data + size;
  return size > shortTextMax ? decode(bytes, data, textEnd) : readShort(bytes, data, textEnd);
}

/**
 * Eight characters at a time: one by one, each would be a string to be joined. It reads past
 * `end`, but not past the word, which is the text's.
 */
function readShort(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let at = start; at < end; at += 8) {
    const a = bytes[at] as number;
    const b = bytes[at + 1] as number;
    const c = bytes[at + 2] as number;
    const d = bytes[at + 3] as number;
    const e = bytes[at + 4] as number;
    const f = bytes[at + 5] as number;
    const g = bytes[at + 6] as number;
    const h = bytes[at + 7] as number;
    if ((a | b | c | d | e | f | g | h) > 127) return decode(bytes, start, end);
    const word = String.fromCharCode(a, b, c, d, e, f, g, h);
    text += at + 8 > end ? word.slice(0, end - at) : word;
  }
  return text;
}

function decode(bytes: Uint8Array, start: number, end: number): string {
  // TextDecoder refuses shared memory.
  const isShared = !(bytes.buffer instanceof ArrayBuffer);
  return decoder.decode(isShared ? bytes.slice(start, end) : bytes.subarray(start, end));
}

/** A copy. */
export function readData(reader: MessageReader, at: number, end: number): Uint8Array<ArrayBuffer> {
  const { attached } = reader;
  if (attached !== undefined && reader.follow(at, end) && (reader.low & 3) === 3) {
    return attached(reader.high >>> 0);
  }
  const size = reader.packed(at, end, 2);
  const { bytes, data } = reader;
  if (size < 0) return new Uint8Array(0);
  // Of Node's Buffer slice() is a view; else it takes half the time.
  return bytes.constructor === Uint8Array
    ? (bytes.slice(data, data + size) as Uint8Array<ArrayBuffer>)
    : new Uint8Array(bytes.subarray(data, data + size));
}

/** Room for all, as growing costs twice; not where V8 would make it a hash table. */
function makeArray<T>(length: number): T[] {
  return length > 1 << 24 ? [] : new Array<T>(length);
}

export function readStructs<T>(
  reader: MessageReader,
  at: number,
  end: number,
  codec: StructCodec<T, unknown>,
): T[] {
  const length = reader.list(at, end, 0, 0);
  const values = makeArray<T>(length);
  if (length === 0) return values;
  const { step, size } = reader;
  reader.descend(2);
  for (let i = 0, data = reader.data; i < length; ++i, data += step) {
    reader.enter(data, size, step - size);
    values[i] = codec.readFields(reader);
  }
  reader.descend(-2);
  return values;
}

/** A list of pointers: `readList(reader, at, end, readText)`. */
export function readList<T>(
  reader: MessageReader,
  at: number,
  end: number,
  read: ReadPointer<T>,
): T[] {
  const length = reader.list(at, end, 0, 8);
  const values = makeArray<T>(length);
  if (length === 0) return values;
  const { step } = reader;
  reader.descend(1);
  for (let i = 0, element = reader.data + reader.size; i < length; ++i, element += step) {
    values[i] = read(reader, element, element + 8);
  }
  reader.descend(-1);
  return values;
}

export function readVoids(reader: MessageReader, at: number, end: number): null[] {
  return new Array<null>(reader.list(at, end, 0, 0)).fill(null);
}

export function readBools(reader: MessageReader, at: number, end: number): boolean[] {
  const length = reader.packed(at, end, 1);
  if (length > bitCountMax) fail(`a list of Bool is too long: ${length}`);
  const { view, data } = reader;
  const values = makeArray<boolean>(Math.max(length, 0));
  for (let i = 0; i < length; ++i) {
    values[i] = ((view.getUint8(data + (i >> 3)) >> (i & 7)) & 1) !== 0;
  }
  return values;
}

/** The name of an enumerant; the number itself where this side's schema does not know it. */
export function readEnum<E extends string>(names: readonly E[], ordinal: number): E | number {
  return names[ordinal] ?? ordinal;
}

export function readEnums<E extends string>(
  reader: MessageReader,
  at: number,
  end: number,
  names: readonly E[],
): (E | number)[] {
  const length = reader.list(at, end, 2, 0);
  const { view, step } = reader;
  const values = makeArray<E | number>(length);
  for (let i = 0, element = reader.data; i < length; ++i, element += step) {
    values[i] = readEnum(names, view.getUint16(element, true));
  }
  return values;
}

export function readInt8s(reader: MessageReader, at: number, end: number): number[] {
  const length = reader.list(at, end, 1, 0);
  const { view, step } = reader;
  const values = makeArray<number>(length);
  for (let i = 0, element = reader.data; i < length; ++i, element += step) {
    values[i] = view.getInt8(element);
  }
  return values;
}

export function readInt16s(reader: MessageReader, at: number, end: number): number[] {
  const length = reader.list(at, end, 2, 0);
  const { view, step } = reader;
  const values = makeArray<number>(length);
  for (let i = 0, element = reader.data; i < length; ++i, element += step) {
    values[i] = view.getInt16(element, true);
  }
  return values;
}

export function readInt32s(reader: MessageReader, at: number, end: number): number[] {
  const length = reader.list(at, end, 4, 0);
  const { view, step } = reader;
  const values = makeArray<number>(length);
  for (let i = 0, element = reader.data; i < length; ++i, element += step) {
    values[i] = view.getInt32(element, true);
  }
  return values;
}

export function readInt64s(reader: MessageReader, at: number, end: number): bigint[] {
  const length = reader.list(at, end, 8, 0);
  const { view, step } = reader;
  const values = makeArray<bigint>(length);
  for (let i = 0, element = reader.data; i < length; ++i, element += step) {
    values[i] = view.getBigInt64(element, true);
  }
  return values;
}

export function readUint8s(reader: MessageReader, at: number, end: number): number[] {
  const length = reader.list(at, end, 1, 0);
  const { view, step } = reader;
  const values = makeArray<number>(length);
  for (let i = 0, element = reader.data; i < length; ++i, element += step) {
    values[i] = view.getUint8(element);
  }
  return values;
}

export function readUint16s(reader: MessageReader, at: number, end: number): number[] {
  const length = reader.list(at, end, 2, 0);
  const { view, step } = reader;
  const values = makeArray<number>(length);
  for (let i = 0, element = reader.data; i < length; ++i, element += step) {
    values[i] = view.getUint16(element, true);
  }
  return values;
}

export function readUint32s(reader: MessageReader, at: number, end: number): number[] {
  const length = reader.list(at, end, 4, 0);
  const { view, step } = reader;
  const values = makeArray<number>(length);
  for (let i = 0, element = reader.data; i < length; ++i, element += step) {
    values[i] = view.getUint32(element, true);
  }
  return values;
}

export function readUint64s(reader: MessageReader, at: number, end: number): bigint[] {
  const length = reader.list(at, end, 8, 0);
  const { view, step } = reader;
  const values = makeArray<bigint>(length);
  for (let i = 0, element = reader.data; i < length; ++i, element += step) {
    values[i] = view.getBigUint64(element, true);
  }
  return values;
}

export function readFloat32s(reader: MessageReader, at: number, end: number): number[] {
  const length = reader.list(at, end, 4, 0);
  const { view, step } = reader;
  const values = makeArray<number>(length);
  for (let i = 0, element = reader.data; i < length; ++i, element += step) {
    values[i] = view.getFloat32(element, true);
  }
  return values;
}

export function readFloat64s(reader: MessageReader, at: number, end: number): number[] {
  const length = reader.list(at, end, 8, 0);
  const { view, step } = reader;
  const values = makeArray<number>(length);
  for (let i = 0, element = reader.data; i < length; ++i, element += step) {
    values[i] = view.getFloat64(element, true);
  }
  return values;
}

const scratch = /*#__PURE__*/ new DataView(/*#__PURE__*/ new ArrayBuffer(8));

/** A Float32 with a default, whose bits are `low`. */
export function readFloat32(view: DataView, at: number, low: number): number {
  scratch.setUint32(0, view.getUint32(at, true) ^ low, true);
  return scratch.getFloat32(0, true);
}

/** A Float64 with a default, whose bits are `low` and `high`. */
export function readFloat64(view: DataView, at: number, low: number, high: number): number {
  scratch.setUint32(0, view.getUint32(at, true) ^ low, true);
  scratch.setUint32(4, view.getUint32(at + 4, true) ^ high, true);
  return scratch.getFloat64(0, true);
}
