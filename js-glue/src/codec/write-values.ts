// SPDX-License-Identifier: Apache-2.0
// Writes what pointers lead to, lists of numbers apart: text, data, structs, lists of pointers; and
// the rest of a union. Undefined is left out: its pointer stays null.
import { fail, wrong } from "./errors.ts";
import { lengthOf } from "./length-of.ts";
import type { StructCodec } from "./types.ts";
import { restore, shapeWith, unknownMember } from "./unknown.ts";
import { uint16 } from "./write-numbers.ts";
import { type MessageWriter, sizeOf } from "./writer.ts";

/** Makes the pointer at `at` lead to a value. */
export type WritePointer<T> = (writer: MessageWriter, at: number, value: T) => void;

/** Characters up to which the loop is faster than encodeInto(); measured by bench/codec. */
const shortTextMax = 64;

const encoder = /*#__PURE__*/ new TextEncoder();

/** Half surrogates become U+FFFD. */
export function writeText(writer: MessageWriter, at: number, value: string | undefined): void {
  if (value === undefined) return;
  if (typeof value !== "string") wrong(value);
  const start = writer.position;
  const { length } = value;
  let size = 0;
  if (length <= shortTextMax) {
    writer.require(start + ((length + 8) & ~7));
    const { bytes } = writer;
    for (; size < length; ++size) {
      const code = value.charCodeAt(size);
      if (code > 127) break;
      bytes[start + size] = code;
    }
  }
  if (size < length) size = encode(writer, value);
  writer.allocate(size + 1, size);
  writer.point(at, start, 1, size * 8 + 10); // bytes (2), and NUL
}

/** Puts text where the next object goes, with room for NUL behind it; its size in bytes. */
function encode(writer: MessageWriter, text: string): number {
  const { bytes, position, limit } = writer;
  if (!(bytes.buffer instanceof ArrayBuffer)) {
    // encodeInto() refuses shared memory.
    const encoded = encoder.encode(text);
    writer.require(position + encoded.length + 8);
    bytes.set(encoded, position);
    return encoded.length;
  }
  const { read, written } = encoder.encodeInto(text, bytes.subarray(position, limit));
  writer.require(position + (read < text.length ? 3 * text.length : written) + 8);
  return written;
}

export function writeData(writer: MessageWriter, at: number, value: Uint8Array | undefined): void {
  if (value === undefined) return;
  if (!(value instanceof Uint8Array)) wrong(value);
  const start = writer.allocate(value.length, value.length);
  writer.bytes.set(value, start);
  writer.point(at, start, 1, value.length * 8 + 2);
}

export function writeStructs<Init>(
  writer: MessageWriter,
  at: number,
  values: readonly Init[] | undefined,
  codec: StructCodec<unknown, Init>,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  if (length < 0) fail("no list");
  let { shape } = codec;
  for (let i = 0; i < length; ++i) shape = shapeWith(shape, values[i], codec);
  const step = sizeOf(shape);
  const tag = writer.list(at, 7, (length * step) / 8, 8 + length * step);
  writer.view.setUint32(tag, length * 4, true);
  writer.view.setUint32(tag + 4, shape, true);
  for (let i = 0, data = tag + 8; i < length; ++i, data += step) {
    writer.fields(data, shape, values[i] as Init, codec); // length was theirs
  }
}

/** A list of pointers: `writeList(writer, at, texts, writeText)`. */
export function writeList<T>(
  writer: MessageWriter,
  at: number,
  values: readonly T[] | undefined,
  write: WritePointer<T>,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 6, length, length * 8);
  for (let i = 0; i < length; ++i, element += 8) {
    write(writer, element, values[i] ?? wrong(values[i]));
  }
}

/**
 * What a union whose `which` is none of `names` is written as: an unknown member as it was read;
 * without `which`, the first of them, as it is all zeros; but not when a member was given, which
 * would be lost.
 */
export function writeOther(
  writer: MessageWriter,
  value: { readonly which?: unknown },
  tag: number,
  data: number,
  pointers: number,
  owner: StructCodec<unknown, unknown>,
  names: readonly string[],
): void {
  const { which } = value;
  if (which === undefined) {
    const members: Readonly<Record<string, unknown>> = value;
    if (names.some((name) => members[name] !== undefined)) fail('"which" is missing');
    return;
  }
  writer.view.setUint16(tag, uint16(which as number), true); // which checks it
  restore(writer, data, pointers, value, unknownMember, owner);
}
