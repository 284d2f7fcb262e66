// SPDX-License-Identifier: Apache-2.0
// Writes one Cap'n Proto message of one segment into a region that somebody else owns. Structs and
// lists are allotted one behind the other, each when the pointer to it is written, so that equal
// values make equal bytes, the same as C++ makes. Knows no schema; values are in write-values.ts.
//
// When the region is too small the value is written again from the start into a larger one: so
// generated code may keep positions and views, which growing would invalidate.
import { fail } from "./errors.ts";
import type { Arena, StructCodec } from "./types.ts";
import { type Kept, keptBy, restore, sizesWith, unknownFields } from "./unknown.ts";

/** The segment table before the one segment. */
const tableSize = 8;

/** Bytes zeroed at once: a small message costs one fill(). */
const zeroedAtOnce = 512;

/** What a list's length, 29 bits of its pointer, can be. */
const lengthMax = 2 ** 29 - 1;

/** Thrown to begin again in a larger region. */
const tooSmall = /*#__PURE__*/ Symbol();

export class MessageWriter {
  bytes: Uint8Array;
  view: DataView;
  /** Where the next object goes. */
  position = 0;
  /** End of the region. */
  limit = 0;
  /** All bytes from `position` to here are zero. */
  #zeroed = 0;
  #needed = 0;
  readonly #arena: Arena;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.bytes = arena.bytes;
    this.view = arena.view;
  }

  /** Begins a message at the arena's start. */
  begin(): void {
    const { bytes, view, start, capacity } = this.#arena;
    this.bytes = bytes;
    this.view = view;
    this.limit = start + capacity;
    this.position = this.#zeroed = start;
  }

  /** Ends it; its size in bytes. */
  finish(): number {
    const { start } = this.#arena;
    const size = this.position - start;
    this.view.setUint32(start, 0, true);
    this.view.setUint32(start + 4, (size - tableSize) / 8, true);
    return size;
  }

  /** Has `write` write what the message's root points to, again when it takes a larger region. */
  fill(write: (root: number) => void): void {
    for (;;) {
      this.begin();
      try {
        write(this.allocate(tableSize + 8) + tableSize);
        return;
      } catch (error) {
        if (error !== tooSmall) throw error;
      }
      this.#arena.grow(Math.max(this.#needed, 2 * this.#arena.capacity));
    }
  }

  /** Sees to it that the region reaches to `end`. */
  require(end: number): void {
    if (end <= this.limit) return;
    this.#needed = end - this.#arena.start;
    throw tooSmall;
  }

  /** Room for whole words, all zero. */
  allocate(size: number): number {
    const at = this.position;
    const end = at + size;
    if (end > this.#zeroed) {
      this.require(end);
      const zeroed = Math.min(this.limit, Math.max(end, this.#zeroed + zeroedAtOnce));
      this.bytes.fill(0, this.#zeroed, zeroed);
      this.#zeroed = zeroed;
    }
    this.position = end;
    return at;
  }

  /** Room for bytes that the caller sets; the rest of the last word is zero. */
  allocateBytes(size: number): number {
    const at = this.position;
    const end = at + Math.ceil(size / 8) * 8;
    if (end > this.#zeroed) {
      this.require(end);
      this.bytes.fill(0, at + size, end);
      this.#zeroed = end;
    }
    this.position = end;
    return at;
  }

  /** Makes the pointer at `at` one to a struct. */
  pointToStruct(at: number, target: number, dataSize: number, pointersSize: number): void {
    const isEmpty = dataSize + pointersSize === 0;
    this.view.setInt32(at, isEmpty ? -4 : (target - at - 8) / 2, true);
    this.view.setUint32(at + 4, dataSize / 8 + pointersSize * 8192, true);
  }

  /** Makes the pointer at `at` one to a list; of structs (code 7) `length` is in words. */
  pointToList(at: number, target: number, code: number, length: number): void {
    if (length > lengthMax) fail("too long for a list");
    this.view.setInt32(at, (target - at - 8) / 2 + 1, true);
    this.view.setUint32(at + 4, length * 8 + code, true);
  }

  /** A struct; undefined: none. */
  struct<Init>(at: number, value: Init | undefined, codec: StructCodec<unknown, Init>): void {
    if (value === undefined) return;
    const kept = keptBy(value, unknownFields, codec);
    const { dataSize, pointersSize } = kept === undefined ? codec : sizesWith(kept);
    const data = this.allocate(dataSize + pointersSize);
    this.pointToStruct(at, data, dataSize, pointersSize);
    this.#fields(data, dataSize, value, codec, kept);
  }

  /** A list of structs; undefined: none. */
  structs<Init>(
    at: number,
    values: readonly Init[] | undefined,
    codec: StructCodec<unknown, Init>,
  ): void {
    if (values === undefined) return;
    const length = lengthOf(values);
    let { dataSize, pointersSize } = codec;
    for (let i = 0; i < length; ++i) {
      const kept = keptBy(values[i], unknownFields, codec);
      if (kept === undefined) continue;
      const sizes = sizesWith(kept);
      dataSize = Math.max(dataSize, sizes.dataSize);
      pointersSize = Math.max(pointersSize, sizes.pointersSize);
    }
    const step = dataSize + pointersSize;
    const target = this.allocate(8 + length * step);
    this.pointToList(at, target, 7, (length * step) / 8);
    this.view.setUint32(target, length * 4, true);
    this.view.setUint32(target + 4, dataSize / 8 + pointersSize * 8192, true);
    for (let i = 0, data = target + 8; i < length; ++i, data += step) {
      const value = values[i] as Init; // length was theirs
      this.#fields(data, dataSize, value, codec, keptBy(value, unknownFields, codec));
    }
  }

  #fields<Init>(
    data: number,
    dataSize: number,
    value: Init,
    codec: StructCodec<unknown, Init>,
    kept: Kept | undefined,
  ): void {
    if (kept !== undefined) restore(this, data, data + dataSize, kept);
    codec.writeFields(this, data, data + dataSize, value);
  }
}

/** The length of what should be an array, checked as positions depend on it. */
export function lengthOf(values: ArrayLike<unknown>): number {
  const { length } = values;
  if (typeof values !== "object" || !(length >= 0 && length <= lengthMax)) fail("no list");
  return length;
}
