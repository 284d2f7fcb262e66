// SPDX-License-Identifier: Apache-2.0
// Writes one Cap'n Proto message of one segment into a region that somebody else owns. Structs and
// lists are allotted one behind the other, each when the pointer to it is written, so that equal
// values make equal bytes, the same as C++ makes. Knows no schema; values are in write-values.ts.
//
// When the region is too small the value is written again from the start into a larger one: so
// generated code may keep positions and views, which growing would invalidate.
import { fail } from "./errors.ts";
import type { Arena, StructCodec } from "./types.ts";
import { openKept, restore, shapeWith, unknownFields } from "./unknown.ts";

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
  /**
   * The number that a Data field is written as, when its bytes go beside the message; undefined: they
   * go in it. Only where both ends know of it, so that it is no number to who does not.
   */
  attach: ((value: Uint8Array) => number | undefined) | undefined;
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

  /** Room of zeros up to a whole word, but for the first bytes, which the caller writes. */
  allocate(size: number, written = 0): number {
    const at = this.position;
    const end = at + Math.ceil(size / 8) * 8;
    if (end > this.#zeroed) {
      this.require(end);
      const zeroed = Math.max(end, Math.min(this.limit, this.#zeroed + zeroedAtOnce));
      this.bytes.fill(0, Math.max(this.#zeroed, at + written), zeroed);
      this.#zeroed = zeroed;
    }
    this.position = end;
    return at;
  }

  /** Makes the pointer at `at` one to a struct (kind 0) or a list (1). */
  point(at: number, target: number, kind: 0 | 1, high: number): void {
    this.view.setInt32(at, (target - at - 8) / 2 + kind, true);
    this.view.setUint32(at + 4, high, true);
  }

  /** Room for a list, all zero, and a pointer to it; where it is. */
  list(at: number, code: number, length: number, size: number): number {
    if (!(length >= 0 && length <= lengthMax)) fail("no list, or too long");
    const target = this.allocate(size);
    this.point(at, target, 1, length * 8 + code);
    return target;
  }

  /** A struct; undefined: none. */
  struct<Init>(at: number, value: Init | undefined, codec: StructCodec<unknown, Init>): void {
    if (value === undefined) return;
    const kept = openKept(value, unknownFields, codec);
    const shape = kept === undefined ? codec.shape : shapeWith(codec.shape, kept);
    const size = sizeOf(shape);
    const data = this.allocate(size);
    const pointers = data + (shape & 0xffff) * 8;
    // One without size is where it is pointed to from; else the pointer could be null.
    this.point(at, size === 0 ? at : data, 0, shape);
    if (kept !== undefined) restore(this, data, pointers, kept);
    codec.writeFields(this, data, pointers, value);
  }
}

/** Bytes of a struct's sections. */
export function sizeOf(shape: number): number {
  return ((shape & 0xffff) + (shape >>> 16)) * 8;
}
