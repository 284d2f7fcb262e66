// SPDX-License-Identifier: Apache-2.0
// Takes from a struct what this side's schema does not know, for unknown.ts to write back. Only
// called for structs that have such parts, so nothing here is in a hurry.
import { HeapArena } from "./heap-arena.ts";
import type { MessageReader } from "./reader.ts";
import type { StructCodec } from "./types.ts";
import { copyPointer, type Kept, unknownFields, unknownMember } from "./unknown.ts";
import { MessageWriter } from "./writer.ts";

/** Where the sections of a struct are, as generated code holds them while it reads the struct. */
interface Sections {
  readonly source: DataView;
  readonly data: number;
  readonly size: number;
  readonly pointers: number;
  readonly end: number;
}

/**
 * The parts of the struct that the reader has entered which `owner` does not know; undefined when
 * there is nothing but zeros in them. `holes`: index of a 32-bit unit of the data section and
 * the bits of it that no field has, in turn.
 */
export function keep(
  reader: MessageReader,
  owner: StructCodec<unknown, unknown>,
  holes: readonly number[],
): Kept | undefined {
  const slots: number[] = [];
  const { pointers, end } = reader;
  for (let i = (owner.shape >>> 16) * 8; pointers + i < end; i += 8) slots.push(i);
  return take(reader, reader, owner, holes, slots);
}

/** Hides in a value what keep() found. */
export function attach<T extends object>(value: T, kept: Kept): T {
  return Object.assign(value, { [unknownFields]: kept });
}

/**
 * Hides in a value whose `which` is unknown what the members of that union share: `bits` as the
 * holes of keep(), and the positions of their pointers.
 */
export function attachMember<T extends object>(
  value: T,
  reader: MessageReader,
  sections: Omit<Sections, "size">,
  owner: StructCodec<unknown, unknown>,
  bits: readonly number[],
  slots: readonly number[],
): T {
  const kept = take(reader, { ...sections, size: 0 }, owner, bits, slots);
  return kept === undefined ? value : Object.assign(value, { [unknownMember]: kept });
}

function take(
  reader: MessageReader,
  { source, data, size, pointers, end }: Sections,
  owner: StructCodec<unknown, unknown>,
  bits: readonly number[],
  slots: readonly number[],
): Kept | undefined {
  const knownSize = (owner.shape & 0xffff) * 8;
  const bytes = new Uint8Array(Math.max(knownSize, Math.ceil(size / 8) * 8));
  const view = new DataView(bytes.buffer);
  for (let i = knownSize; i < size; ++i) bytes[i] = source.getUint8(data + i);
  for (let i = 0; i < bits.length; i += 2) {
    const at = (bits[i] as number) * 4;
    view.setInt32(at, source.getInt32(data + at, true) & (bits[i + 1] as number), true);
  }
  const used = slots.filter((slot) => reader.follow(pointers + slot, end));
  if (used.length === 0 && bytes.every((byte) => byte === 0)) return undefined;

  const pointersSize = Math.max(...used, -8) + 8;
  const writer = new MessageWriter(new HeapArena(256));
  const { budget } = reader;
  writer.fill((root) => {
    reader.budget = budget; // once, however often the arena has to grow
    const at = writer.allocate(bytes.length + pointersSize);
    writer.point(root, at, 0, bytes.length / 8 + pointersSize * 8192);
    writer.bytes.set(bytes, at);
    for (const slot of used) {
      copyPointer(reader, pointers + slot, end, writer, at + bytes.length + slot);
    }
  });
  return { owner, message: new Uint8Array(writer.bytes.subarray(0, writer.finish())) };
}
