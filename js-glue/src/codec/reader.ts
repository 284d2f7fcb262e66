// SPDX-License-Identifier: Apache-2.0
// Finds its way in a Cap'n Proto message where it lies: segments, far pointers, structs, lists. It
// allocates nothing: where a pointer leads is left in fields, from which generated code takes what
// it needs before it follows the next one. Knows no schema; values are in read-values.ts.
//
// Every byte read was bounds-checked by claim(), which also spends from a budget: the words of the
// message (a message as writers make them visits each once) and some for elements without size. So
// pointers that overlap, loop or count up nothing cost no more than the message's own size.
import { readerNestingMax, readerTraversalWordsMax } from "../generated/protocol.ts";
import { CodecError, fail } from "./errors.ts";
import type { StructCodec } from "./types.ts";

/** As C++'s readers have it: what a table may list before any of it has been checked. */
const segmentCountMax = 512;

/** Words that elements without size (Void, empty structs) may count up beyond the message's own. */
const sizelessWordsMax = 65_536;

/** Each becomes up to eight bytes of a JavaScript array: 128 MiB. */
const bitCountMax = 1 << 24;

/** Bytes from element to element by element size code; bits (1) have their own way, structs (7) a tag. */
const stepOf = [0, 0, 1, 2, 4, 8, 8] as const;

const noBytes = /*#__PURE__*/ new Uint8Array(0);
const noView = /*#__PURE__*/ new DataView(/*#__PURE__*/ noBytes.buffer);

/** Room for all, as growing costs twice; not where V8 would make it a hash table. */
export function makeArray<T>(length: number): T[] {
  return length > 1 << 24 ? [] : new Array<T>(length);
}

function failType(): never {
  fail("a list has elements of another type");
}

export class MessageReader {
  bytes: Uint8Array = noBytes;
  /** Of the same buffer, and from the same byte of it, as `bytes`. */
  view: DataView = noView;

  // The pointer followed last:
  low = 0;
  high = 0;
  target = 0;

  // The struct entered last:
  /** Where its data section is: `view`, or a copy padded with zeros. */
  source: DataView = noView;
  data = 0;
  /** Bytes of its data section. */
  size = 0;
  pointers = 0;
  end = 0;

  // The list entered last; its elements' sections are at `data`, `size` and `pointersSize` bytes:
  /** Bytes from element to element. */
  step = 0;
  pointersSize = 0;

  /** Bytes that may still be visited. */
  budget = 0;

  /** Of the segment in which the last pointer led somewhere. */
  #first = 0;
  #limit = 0;
  /** Where segments begin, and where the last one ends; undefined when there is one. */
  #segments: number[] | undefined;
  #depth = 0;

  /** Begins with another message: `size` bytes at `start`. More bytes than it needs are ignored. */
  reset(bytes: Uint8Array, view: DataView, start: number, size: number): void {
    this.bytes = bytes;
    this.view = view;
    this.#depth = 0;
    this.#segments = undefined;
    this.budget = 8 * Math.min(Number(readerTraversalWordsMax), size / 8 + sizelessWordsMax);
    const count = size < 8 ? 0 : view.getUint32(start, true) + 1;
    let at = start + ((count >> 1) + 1) * 8;
    if (count === 0 || count > segmentCountMax || at > start + size) fail("this is no message");
    this.#first = at;
    if (count > 1) this.#segments = [at];
    for (let i = 1; i <= count; ++i) {
      at += view.getUint32(start + i * 4, true) * 8;
      if (i === 1) this.#limit = at;
      this.#segments?.push(at);
    }
    if (at > start + size) fail("the message is cut short: its segments are longer");
  }

  /** Lets go of the message, so that its buffer can be freed. */
  release(): void {
    this.bytes = noBytes;
    this.view = this.source = noView;
  }

  /** The struct the message begins with; all defaults when it is null. */
  root<T>(codec: StructCodec<T, unknown>): T {
    const at = this.#first;
    this.claim(at, 8);
    const value = this.struct(at, at + 8, codec);
    if (value !== undefined) return value;
    this.source = this.view;
    this.data = this.pointers = this.end = at;
    this.size = 0;
    return codec.readFields(this);
  }

  /** Follows a pointer, if the section that ends at `end` has it and it is not null. */
  follow(at: number, end: number): boolean {
    if (at >= end) return false;
    const low = this.view.getInt32(at, true);
    const high = this.view.getInt32(at + 4, true);
    if ((low | high) === 0) return false;
    if ((low & 3) === 2) return this.#followFar(low, high);
    if (this.#segments !== undefined) this.#findSegment(at, this.#segments);
    this.low = low;
    this.high = high;
    this.target = at + 8 + (low >> 2) * 8;
    return true;
  }

  /** Sees to it that `size` bytes at `at` are in the segment, and not visited too often. */
  claim(at: number, size: number): void {
    if (at < this.#first || at + size > this.#limit) fail("a pointer leads out of its segment");
    this.spend(size);
  }

  spend(size: number): void {
    if ((this.budget -= size) < 0) fail("the message is read more often than it is long");
  }

  /** One step deeper, to be undone; what throws in between ends the reading anyway. */
  descend(by: number): void {
    if ((this.#depth += by) > readerNestingMax) fail("the message nests too deeply");
  }

  /** The struct of a field; undefined when it is null. */
  struct<T>(at: number, end: number, codec: StructCodec<T, unknown>): T | undefined {
    if (!this.follow(at, end)) return undefined;
    const { target, high } = this;
    if ((this.low & 3) !== 0) fail("a struct was expected where there is something else");
    const size = (high & 0xffff) * 8;
    const pointersSize = (high >>> 16) * 8;
    this.claim(target, size + pointersSize);
    this.source = this.view;
    this.data = target;
    this.size = size;
    this.pointers = target + size;
    this.end = target + size + pointersSize;
    this.descend(1);
    const value = codec.readFields(this);
    this.descend(-1);
    return value;
  }

  /**
   * What generated readers begin with: pads the data section of an older schema's struct with
   * zeros to `dataSize`. Whether there is more in the struct than the schema knows.
   */
  open(dataSize: number, pointersSize: number): boolean {
    const { size } = this;
    if (size < dataSize) this.#pad(dataSize);
    return size > dataSize || this.end - this.pointers > pointersSize;
  }

  #pad(dataSize: number): void {
    const padded = new Uint8Array(dataSize);
    padded.set(this.bytes.subarray(this.data, this.data + this.size));
    this.source = new DataView(padded.buffer);
    this.data = 0;
    this.size = dataSize;
  }

  /**
   * Enters a list and returns its length, 0 when it is null. Its elements must have `dataSize`
   * bytes and `pointersSize` bytes of pointers, or more, as Cap'n Proto's rules let a schema turn
   * elements into structs that begin with what the elements were, and back. Not so bits.
   */
  list(at: number, end: number, dataSize: number, pointersSize: number): number {
    if (!this.#followList(at, end)) return 0;
    const code = this.high & 7;
    let length = this.high >>> 3;
    if (code === 7) {
      length = this.#enterStructs(length * 8);
    } else {
      const step = stepOf[code] as number; // codes 0 to 6 are all there
      this.claim(this.target, Math.ceil((length * step) / 8) * 8);
      this.data = this.target;
      this.step = step;
      this.pointersSize = code === 6 ? 8 : 0;
      this.size = step - this.pointersSize;
    }
    if (this.step === 0) this.spend(length * 8);
    if (code === 1 || this.size < dataSize || this.pointersSize < pointersSize) failType();
    return length;
  }

  /** Enters a list of bits and returns its length, 0 when it is null. */
  bits(at: number, end: number): number {
    if (!this.#followList(at, end)) return 0;
    if ((this.high & 7) !== 1) failType();
    const length = this.high >>> 3;
    this.claim(this.target, Math.ceil(length / 64) * 8);
    if (length > bitCountMax) fail(`a list of Bool is too long: ${length}`);
    this.data = this.target;
    return length;
  }

  #followList(at: number, end: number): boolean {
    if (!this.follow(at, end)) return false;
    if ((this.low & 3) !== 1) fail("a list was expected where there is something else");
    return true;
  }

  /** A list whose elements' sizes a tag says; `size` bytes without the tag. */
  #enterStructs(size: number): number {
    const { target, view } = this;
    this.claim(target, 8 + size);
    const tag = view.getUint32(target, true);
    const high = view.getInt32(target + 4, true);
    const length = tag >>> 2;
    this.data = target + 8;
    this.size = (high & 0xffff) * 8;
    this.pointersSize = (high >>> 16) * 8;
    this.step = this.size + this.pointersSize;
    if ((tag & 3) !== 0 || length * this.step > size) fail("a list's elements overrun it");
    return length;
  }

  /** A list of structs; empty when it is null. */
  structs<T>(at: number, end: number, codec: StructCodec<T, unknown>): T[] {
    const length = this.list(at, end, 0, 0);
    const values = makeArray<T>(length);
    if (length === 0) return values;
    const { step, size, pointersSize } = this;
    this.descend(2);
    for (let i = 0, data = this.data; i < length; ++i, data += step) {
      this.source = this.view;
      this.data = data;
      this.size = size;
      this.pointers = data + size;
      this.end = data + size + pointersSize;
      values[i] = codec.readFields(this);
    }
    this.descend(-2);
    return values;
  }

  /** Enters text or data: bytes at `data`. Their number, -1 when it is null. */
  blob(at: number, end: number): number {
    if (!this.follow(at, end)) return -1;
    if ((this.low & 3) !== 1 || (this.high & 7) !== 2) fail("text or data was expected");
    const size = this.high >>> 3;
    this.claim(this.target, (size + 7) & ~7);
    this.data = this.target;
    return size;
  }

  #followFar(low: number, high: number): true {
    const { view } = this;
    const segments = this.#segments ?? [this.#first, this.#limit];
    const pad = this.#enterSegment(high, segments) + (low >>> 3) * 8;
    if ((low & 4) === 0) {
      this.claim(pad, 8);
      this.low = view.getInt32(pad, true);
      this.target = pad + 8 + (this.low >> 2) * 8;
      this.high = view.getInt32(pad + 4, true);
    } else {
      this.claim(pad, 16);
      const far = view.getInt32(pad, true);
      if ((far & 7) !== 2) fail("a far pointer's landing pad is no far pointer");
      const id = view.getInt32(pad + 4, true);
      this.target = this.#enterSegment(id, segments) + (far >>> 3) * 8;
      this.low = view.getInt32(pad + 8, true);
      this.high = view.getInt32(pad + 12, true);
    }
    // Else a far pointer could lead to itself.
    if ((this.low & 3) === 2) fail("a far pointer leads to a far pointer");
    return true;
  }

  /** Bounds are those of segment `id` from now on; where it begins. */
  #enterSegment(id: number, segments: readonly number[]): number {
    const first = segments[id];
    const limit = segments[id + 1];
    if (first === undefined || limit === undefined) {
      throw new CodecError(`a far pointer leads to segment ${id >>> 0}, which is not there`);
    }
    this.#first = first;
    this.#limit = limit;
    return first;
  }

  /** Bounds are those of the segment that `at` is in. */
  #findSegment(at: number, segments: readonly number[]): void {
    if (at >= this.#first && at < this.#limit) return;
    let low = 0;
    let high = segments.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((segments[middle] as number) <= at) low = middle;
      else high = middle;
    }
    this.#enterSegment(low, segments);
  }
}
