// SPDX-License-Identifier: Apache-2.0
// Finds its way in a Cap'n Proto message where it lies: segments, far pointers, structs, lists. It
// allocates nothing: where a pointer leads is left in fields, from which generated code takes what
// it needs before it follows the next one. Knows no schema; values are in read-values.ts.
//
// Every byte read was bounds-checked by claim(), which also spends from a budget: the words of the
// message (a message as writers make them visits each once) and some for elements without size. So
// pointers that overlap, loop or count up nothing cost no more than the message's own size.
import { readerNestingMax, readerTraversalWordsMax } from "../generated/protocol.ts";
import { fail } from "./errors.ts";
import type { StructCodec } from "./types.ts";

/** As C++'s readers have it: what a table may list before any of it has been checked. */
const segmentCountMax = 512;

/** Bytes that elements without size (Void, empty structs) may add up to, a word each. */
const sizelessBudget = 8 * 65_536;

const noBytes = /*#__PURE__*/ new Uint8Array(0);
const noView = /*#__PURE__*/ new DataView(/*#__PURE__*/ noBytes.buffer);

export class MessageReader {
  bytes: Uint8Array = noBytes;
  /** Of the same buffer, and from the same byte of it, as `bytes`. */
  view: DataView = noView;

  // The pointer followed last:
  low = 0;
  high = 0;
  target = 0;

  // The struct, or first element of a list, entered last:
  /** Where its data section is: `view`, or a copy padded with zeros. */
  source: DataView = noView;
  data = 0;
  /** Bytes of its data section. */
  size = 0;
  pointers = 0;
  /** Of its pointer section. */
  end = 0;
  /** Bytes from element to element. */
  step = 0;

  /** Bytes that may still be visited. */
  budget = 0;
  /** The bytes of a Data field that came beside the message; see MessageWriter.attach. */
  attached: ((number: number) => Uint8Array<ArrayBuffer>) | undefined;
  #depth = 0;
  /** Copies of data sections, by depth. */
  readonly #padded: DataView<ArrayBuffer>[] = [];
  /** Where segments begin, and where the last one ends. */
  #segments: number[] = [];
  /** Of the segment in which the last pointer led somewhere. */
  #first = 0;
  #limit = 0;

  /** Begins with another message: `size` bytes at `start`. More bytes than it needs are ignored. */
  reset(bytes: Uint8Array, view: DataView, start: number, size: number): void {
    this.bytes = bytes;
    this.view = view;
    this.#depth = 0;
    this.budget = Math.min(8 * Number(readerTraversalWordsMax), size + sizelessBudget);
    const count = size < 8 ? 0 : view.getUint32(start, true) + 1;
    let at = start + (count >> 1) * 8 + 8;
    this.#segments = [at];
    if (count <= segmentCountMax && at <= start + size) {
      for (let i = 1; i <= count; ++i) {
        at += view.getUint32(start + i * 4, true) * 8;
        this.#segments.push(at);
      }
    }
    if (count === 0 || count >= this.#segments.length || at > start + size) {
      fail("not a whole message");
    }
    this.#enterSegment(0);
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
    this.enter(at, 0, 0);
    return codec.readFields(this);
  }

  /** Follows a pointer, if the section that ends at `end` has it and it is not null. */
  follow(at: number, end: number): boolean {
    if (at >= end) return false;
    const { view } = this;
    const low = view.getInt32(at, true);
    const high = view.getInt32(at + 4, true);
    if ((low | high) === 0) return false;
    if ((low & 3) === 2) {
      this.#followFar(low, high);
    } else {
      if (this.#segments.length > 2) this.#findSegment(at);
      this.low = low;
      this.high = high;
      this.target = at + 8 + (low >> 2) * 8;
    }
    return true;
  }

  #followFar(low: number, high: number): void {
    const { view } = this;
    let at = this.#enterSegment(high) + (low >>> 3) * 8;
    if ((low & 4) === 0) {
      this.claim(at, 8);
      this.target = at + 8 + (view.getInt32(at, true) >> 2) * 8;
    } else {
      this.claim(at, 16);
      const far = view.getInt32(at, true);
      if ((far & 7) !== 2) fail("wrong far pointer");
      this.target = this.#enterSegment(view.getInt32(at + 4, true)) + (far >>> 3) * 8;
      at += 8;
    }
    this.low = view.getInt32(at, true);
    this.high = view.getInt32(at + 4, true);
    // Else it could lead to itself.
    if ((this.low & 3) === 2) fail("wrong far pointer");
  }

  /** Bounds are those of segment `id` from now on; where it begins. */
  #enterSegment(id: number): number {
    const first = this.#segments[id];
    const limit = this.#segments[id + 1];
    if (first === undefined || limit === undefined) fail(`no segment ${id}`);
    this.#limit = limit;
    this.#first = first;
    return first;
  }

  /** Bounds are those of the segment that `at` is in. */
  #findSegment(at: number): void {
    let low = 0;
    for (let high = this.#segments.length - 1; high - low > 1; ) {
      const middle = (low + high) >> 1;
      if ((this.#segments[middle] as number) <= at) low = middle;
      else high = middle;
    }
    this.#enterSegment(low);
  }

  /** Sees to it that `size` bytes at `at` are in the segment, and not visited too often. */
  claim(at: number, size: number): void {
    if (at < this.#first || at + size > this.#limit) fail("pointer out of bounds");
    this.#spend(size);
  }

  #spend(size: number): void {
    this.budget -= size;
    if (this.budget < 0) fail("the same bytes too often");
  }

  /** One step deeper, to be undone; what throws in between ends the reading anyway. */
  descend(by: number): void {
    this.#depth += by;
    if (this.#depth > readerNestingMax) fail("nested too deeply");
  }

  /** What enterStruct() and list() end with. */
  enter(data: number, size: number, pointersSize: number): void {
    this.source = this.view;
    this.data = data;
    this.size = size;
    this.pointers = data + size;
    this.end = data + size + pointersSize;
  }

  /** Enters the struct that the last pointer leads to. */
  enterStruct(): void {
    const { target, high } = this;
    if ((this.low & 3) !== 0) fail("no struct where one is expected");
    this.enter(target, (high & 0xffff) * 8, (high >>> 16) * 8);
    this.claim(target, this.end - target);
  }

  /** The struct of a field; undefined when it is null. */
  struct<T>(at: number, end: number, codec: StructCodec<T, unknown>): T | undefined {
    if (!this.follow(at, end)) return undefined;
    this.enterStruct();
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
    const { size, end, pointers } = this;
    if (size < dataSize) this.#pad(dataSize);
    return size > dataSize || end - pointers > pointersSize;
  }

  /** At each depth one struct is read at a time: there one copy after the other takes one buffer. */
  #pad(dataSize: number): void {
    const { bytes, data, size } = this;
    let padded = this.#padded[this.#depth];
    if (padded === undefined || padded.byteLength < dataSize) {
      padded = new DataView(new ArrayBuffer(dataSize));
      this.#padded[this.#depth] = padded;
    }
    for (let i = 0; i < dataSize; ++i) {
      padded.setUint8(i, i < size ? (bytes[data + i] as number) : 0);
    }
    this.source = padded;
    this.data = 0;
    this.size = dataSize;
  }

  /**
   * Enters a list and returns its length, 0 when it is null. Its elements must have `dataSize`
   * bytes and `pointersSize` bytes of pointers, or more, as Cap'n Proto's rules let a schema turn
   * elements into structs that begin with what the elements were, and back. Not so bits.
   */
  list(at: number, end: number, dataSize: number, pointersSize: number): number {
    if (!this.follow(at, end)) return 0;
    const { high, target, view } = this;
    const code = high & 7;
    let length = high >>> 3;
    if ((this.low & 3) !== 1 || code === 1) failList();
    if (code === 7) {
      const size = length * 8;
      this.claim(target, 8 + size);
      const tag = view.getUint32(target, true);
      const shape = view.getInt32(target + 4, true);
      length = tag >>> 2;
      this.enter(target + 8, (shape & 0xffff) * 8, (shape >>> 16) * 8);
      if ((tag & 3) !== 0 || length * (this.end - this.data) > size) failList();
    } else {
      const size = code === 6 ? 0 : (1 << code) >> 2;
      this.enter(target, size, code === 6 ? 8 : 0);
      this.claim(target, Math.ceil((length * (this.end - target)) / 8) * 8);
    }
    this.step = this.end - this.data;
    if (this.step === 0) this.#spend(length * 8);
    if (this.size < dataSize || this.end - this.pointers < pointersSize) failList();
    return length;
  }

  /** Enters a list of bytes (code 2) or bits (1) and returns its length, -1 when it is null. */
  packed(at: number, end: number, code: 1 | 2): number {
    if (!this.follow(at, end)) return -1;
    const { high, target } = this;
    if ((this.low & 3) !== 1 || (high & 7) !== code) failList();
    this.enter(target, 0, 0);
    this.claim(target, Math.ceil(((high >>> 3) * code ** 3) / 64) * 8);
    return high >>> 3;
  }
}

function failList(): never {
  fail("no list of the expected type");
}
