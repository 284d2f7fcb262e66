// SPDX-License-Identifier: Apache-2.0
// What a message holds beyond this side's schema, and how it is written back: objects that were
// read keep it under symbols, as a message of its own whose root has it in its place, all else in
// it being zero. Copies share nothing with what they were copied from. Knows no schema.
import { fail } from "./errors.ts";
import { MessageReader } from "./reader.ts";
import type { StructCodec } from "./types.ts";
import type { MessageWriter } from "./writer.ts";

/** What is unknown of a struct, and of which: it must not get into another that was made from it. */
export interface Kept {
  readonly owner: StructCodec<unknown, unknown>;
  /** A message whose root has it. */
  readonly message: Uint8Array<ArrayBuffer>;
}

/** Of a struct: larger sections, and bits no known field has. */
export const unknownFields: unique symbol = /*#__PURE__*/ Symbol("unknown fields");

/** Of a union: the fields of the active member, when it is unknown. */
export const unknownMember: unique symbol = /*#__PURE__*/ Symbol("unknown member");

interface Keeper {
  [unknownFields]?: Kept;
  [unknownMember]?: Kept;
}

/** What is to be written back; also checks that the value is an object at all. */
export function keptBy(
  value: unknown,
  kind: keyof Keeper,
  owner: StructCodec<unknown, unknown>,
): Kept | undefined {
  if (typeof value !== "object" || value === null) fail("no object");
  const kept = (value as Keeper)[kind];
  return kept !== undefined && kept.owner === owner ? kept : undefined;
}

/** The bytes of the sections of a struct and of what was kept of it, together. */
export function sizesWith(kept: Kept): { dataSize: number; pointersSize: number } {
  const { owner, message } = kept;
  const high = new DataView(message.buffer).getInt32(12, true);
  return {
    dataSize: Math.max(owner.dataSize, (high & 0xffff) * 8),
    pointersSize: Math.max(owner.pointersSize, (high >>> 16) * 8),
  };
}

/** Writes what was kept into the sections of a struct, beside what is there. */
export function restore(
  writer: MessageWriter,
  data: number,
  pointers: number,
  { message }: Kept,
): void {
  const reader = new MessageReader();
  const view = new DataView(message.buffer);
  reader.reset(message, view, 0, message.length);
  reader.follow(8, 16);
  const { target, high } = reader;
  const dataSize = (high & 0xffff) * 8;
  for (let i = 0; i < dataSize; ++i) {
    writer.view.setUint8(data + i, writer.view.getUint8(data + i) | view.getUint8(target + i));
  }
  copyPointers(reader, target + dataSize, (high >>> 16) * 8, writer, pointers);
}

/** Deep copies of `size` bytes of pointers. */
export function copyPointers(
  reader: MessageReader,
  from: number,
  size: number,
  writer: MessageWriter,
  to: number,
): void {
  reader.descend(1);
  for (let i = 0; i < size; i += 8) copyPointer(reader, from + i, writer, to + i);
  reader.descend(-1);
}

/** A deep copy of whatever a pointer leads to. */
export function copyPointer(
  reader: MessageReader,
  from: number,
  writer: MessageWriter,
  to: number,
): void {
  if (!reader.follow(from, from + 8)) return;
  const { low, high, target } = reader;
  if ((low & 3) === 0) {
    const size = (high & 0xffff) * 8;
    const pointersSize = (high >>> 16) * 8;
    reader.claim(target, size + pointersSize);
    const at = writer.allocate(size + pointersSize);
    writer.pointToStruct(to, at, size, pointersSize);
    copySections(reader, target, size, pointersSize, writer, at);
  } else if ((low & 3) === 1) {
    copyList(reader, from, writer, to);
  } else {
    fail("a message holds a capability, which this side cannot keep");
  }
}

/** Bits of an element by element size code: of those without pointers. */
const bitsOf = [0, 1, 8, 16, 32, 64] as const;

function copyList(reader: MessageReader, from: number, writer: MessageWriter, to: number): void {
  const { high, target } = reader;
  const code = high & 7;
  const bits = bitsOf[code];
  if (bits !== undefined) {
    const size = Math.ceil(((high >>> 3) * bits) / 64) * 8;
    reader.claim(target, size);
    const at = writer.allocateBytes(size);
    writer.pointToList(to, at, code, high >>> 3);
    writer.bytes.set(reader.bytes.subarray(target, target + size), at);
    return;
  }
  const length = reader.list(from, from + 8, 0, 0);
  const { data, size, pointersSize, step } = reader;
  const tagSize = code === 7 ? 8 : 0;
  let at = writer.allocate(tagSize + length * step);
  writer.pointToList(to, at, code, code === 7 ? (length * step) / 8 : length);
  if (code === 7) {
    writer.view.setUint32(at, length * 4, true);
    writer.view.setUint32(at + 4, size / 8 + pointersSize * 8192, true);
  }
  at += tagSize;
  for (let i = 0; i < length * step; i += step) {
    copySections(reader, data + i, size, pointersSize, writer, at + i);
  }
}

function copySections(
  reader: MessageReader,
  from: number,
  size: number,
  pointersSize: number,
  writer: MessageWriter,
  to: number,
): void {
  writer.bytes.set(reader.bytes.subarray(from, from + size), to);
  copyPointers(reader, from + size, pointersSize, writer, to + size);
}
