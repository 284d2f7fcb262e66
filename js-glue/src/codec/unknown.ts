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
export const unknownFields: unique symbol = /*#__PURE__*/ Symbol();

/** Of a union: the fields of the active member, when it is unknown. */
export const unknownMember: unique symbol = /*#__PURE__*/ Symbol();

interface Keeper {
  [unknownFields]?: Kept;
  [unknownMember]?: Kept;
}

/** The root of what is to be written back, entered; also checks that a value is an object at all. */
export function openKept(
  value: unknown,
  kind: keyof Keeper,
  owner: StructCodec<unknown, unknown>,
): MessageReader | undefined {
  if (typeof value !== "object" || value === null) fail("no object");
  const kept = (value as Keeper)[kind];
  if (kept?.owner !== owner) return undefined;
  const { message } = kept;
  const reader = new MessageReader();
  reader.reset(message, new DataView(message.buffer), 0, message.length);
  reader.follow(8, 16);
  reader.enterStruct();
  return reader;
}

/** A shape that has room for what was kept, too. */
export function shapeWith(shape: number, kept: MessageReader): number {
  const words = Math.max(shape & 0xffff, kept.high & 0xffff);
  return words + Math.max(shape >>> 16, kept.high >>> 16) * 65_536;
}

/** Writes what was kept into the sections of a struct, beside what is there. */
export function restore(
  writer: MessageWriter,
  data: number,
  pointers: number,
  kept: MessageReader,
): void {
  const { bytes } = writer;
  for (let i = 0; i < kept.size; ++i) {
    bytes[data + i] = (bytes[data + i] as number) | (kept.bytes[kept.data + i] as number);
  }
  copyPointers(kept, kept.pointers, kept.end, writer, pointers);
}

/** Deep copies of the pointers from `at` to `end`. */
function copyPointers(
  reader: MessageReader,
  at: number,
  end: number,
  writer: MessageWriter,
  to: number,
): void {
  reader.descend(1);
  for (let i = 0; at + i < end; i += 8) copyPointer(reader, at + i, end, writer, to + i);
  reader.descend(-1);
}

/** A deep copy of whatever a pointer leads to. */
export function copyPointer(
  reader: MessageReader,
  at: number,
  end: number,
  writer: MessageWriter,
  to: number,
): void {
  if (!reader.follow(at, end)) return;
  const { low, high, target } = reader;
  const kind = low & 3;
  const code = high & 7;
  let length = 1;
  let size = (high >>> 3) * 8 + 8; // of a list with a tag
  if (kind === 3) {
    const bytes = reader.attached?.(high >>> 0) ?? fail("capabilities are not supported");
    const copy = writer.allocate(bytes.length, bytes.length);
    writer.bytes.set(bytes, copy);
    writer.point(to, copy, 1, bytes.length * 8 + 2);
    return;
  }
  if (kind === 0) reader.enterStruct();
  else length = code === 1 ? reader.packed(at, end, 1) : reader.list(at, end, 0, 0);
  const { pointers, end: pointersEnd } = reader;
  const step = kind === 0 ? pointersEnd - target : reader.step;
  if (kind === 0 || code !== 7) size = code === 1 && kind === 1 ? length / 8 : length * step;

  const copy = writer.allocate(size, size);
  writer.bytes.set(reader.bytes.subarray(target, target + Math.ceil(size)), copy);
  writer.point(to, size === 0 && kind === 0 ? to : copy, kind as 0 | 1, high);
  for (let i = 0; i < length && pointers < pointersEnd; ++i) {
    const from = pointers + i * step;
    copyPointers(reader, from, pointersEnd + i * step, writer, copy + from - target);
  }
}
