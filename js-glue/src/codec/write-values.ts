// SPDX-License-Identifier: Apache-2.0
// Writes values: checked numbers for generated code to place, and what pointers lead to. A value of
// the wrong type or range is refused, as DataView would write it as something else; where it was in
// the object is found out afterwards (struct-codec.ts). An undefined text, data or list is left
// out: its pointer stays null.
import { fail } from "./errors.ts";
import { keptBy, restore, unknownMember } from "./unknown.ts";
import type { StructCodec } from "./types.ts";
import { lengthOf } from "./length-of.ts";
import type { MessageWriter } from "./writer.ts";

/** Makes the pointer at `at` lead to a value. */
export type WritePointer<T> = (writer: MessageWriter, at: number, value: T) => void;

// --- numbers: the value itself, if it is of the type ------------------------------------------

function wrong(value: unknown): never {
  fail(`${String(value)} is of the wrong type or out of range`);
}

/** 1 or 0. */
export function bool(value: boolean): number {
  return value === true ? 1 : value === false ? 0 : wrong(value);
}

export function int8(value: number): number {
  return (value << 24) >> 24 === value ? value : wrong(value);
}

export function int16(value: number): number {
  return (value << 16) >> 16 === value ? value : wrong(value);
}

export function int32(value: number): number {
  return (value | 0) === value ? value : wrong(value);
}

export function int64(value: bigint): bigint {
  return BigInt.asIntN(64, value) === value ? value : wrong(value);
}

export function uint8(value: number): number {
  return (value & 0xff) === value ? value : wrong(value);
}

export function uint16(value: number): number {
  return (value & 0xffff) === value ? value : wrong(value);
}

export function uint32(value: number): number {
  return value >>> 0 === value ? value : wrong(value);
}

export function uint64(value: bigint): bigint {
  return BigInt.asUintN(64, value) === value ? value : wrong(value);
}

export function float(value: number): number {
  return typeof value === "number" ? value : wrong(value);
}

/** The number of an enumerant: its place in `names`, or the number it was read as. */
export function enumerant(names: readonly string[], value: string | number): number {
  if (typeof value === "number") return uint16(value);
  const ordinal = names.indexOf(value);
  return ordinal < 0 ? wrong(value) : ordinal;
}

// --- what a pointer leads to -------------------------------------------------------------------

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
  writer.bytes[start + size] = 0; // both ways made sure of room for it
  writer.allocateBytes(size + 1);
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
  const start = writer.allocateBytes(value.length);
  writer.bytes.set(value, start);
  writer.point(at, start, 1, value.length * 8 + 2);
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

export function writeVoids(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<null> | undefined,
): void {
  if (values !== undefined) writer.list(at, 0, lengthOf(values), 0);
}

export function writeBools(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<boolean> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  const start = writer.list(at, 1, length, length / 8);
  const { view } = writer;
  for (let i = 0; i < length; ++i) {
    const byte = start + (i >> 3);
    view.setUint8(byte, view.getUint8(byte) | (bool(values[i] as boolean) << (i & 7)));
  }
}

export function writeEnums(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<string | number> | undefined,
  names: readonly string[],
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 3, length, length * 2);
  for (let i = 0; i < length; ++i, element += 2) {
    writer.view.setUint16(element, enumerant(names, values[i] as string), true);
  }
}

export function writeInt8s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<number> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 2, length, length);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 1) {
    view.setInt8(element, int8(values[i] as number));
  }
}

export function writeInt16s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<number> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 3, length, length * 2);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 2) {
    view.setInt16(element, int16(values[i] as number), true);
  }
}

export function writeInt32s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<number> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 4, length, length * 4);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 4) {
    view.setInt32(element, int32(values[i] as number), true);
  }
}

export function writeInt64s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<bigint> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 5, length, length * 8);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 8) {
    view.setBigInt64(element, int64(values[i] as bigint), true);
  }
}

export function writeUint8s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<number> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 2, length, length);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 1) {
    view.setUint8(element, uint8(values[i] as number));
  }
}

export function writeUint16s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<number> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 3, length, length * 2);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 2) {
    view.setUint16(element, uint16(values[i] as number), true);
  }
}

export function writeUint32s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<number> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 4, length, length * 4);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 4) {
    view.setUint32(element, uint32(values[i] as number), true);
  }
}

export function writeUint64s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<bigint> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 5, length, length * 8);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 8) {
    view.setBigUint64(element, uint64(values[i] as bigint), true);
  }
}

export function writeFloat32s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<number> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 4, length, length * 4);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 4) {
    view.setFloat32(element, float(values[i] as number), true);
  }
}

export function writeFloat64s(
  writer: MessageWriter,
  at: number,
  values: ArrayLike<number> | undefined,
): void {
  if (values === undefined) return;
  const length = lengthOf(values);
  let element = writer.list(at, 5, length, length * 8);
  const { view } = writer;
  for (let i = 0; i < length; ++i, element += 8) {
    view.setFloat64(element, float(values[i] as number), true);
  }
}

// --- floats with defaults ----------------------------------------------------------------------

/** A Float32 with a default, whose bits are `low`. */
export function writeFloat32(
  view: DataView,
  at: number,
  value: number | undefined,
  low: number,
): void {
  if (value === undefined) return;
  view.setFloat32(at, float(value), true);
  view.setUint32(at, view.getUint32(at, true) ^ low, true);
}

/** A Float64 with a default, whose bits are `low` and `high`. */
export function writeFloat64(
  view: DataView,
  at: number,
  value: number | undefined,
  low: number,
  high: number,
): void {
  if (value === undefined) return;
  view.setFloat64(at, float(value), true);
  view.setUint32(at, view.getUint32(at, true) ^ low, true);
  view.setUint32(at + 4, view.getUint32(at + 4, true) ^ high, true);
}

// --- unions ------------------------------------------------------------------------------------

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
  const kept = keptBy(value, unknownMember, owner);
  if (kept !== undefined) restore(writer, data, pointers, kept);
}
