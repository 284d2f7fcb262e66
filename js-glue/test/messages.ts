// SPDX-License-Identifier: Apache-2.0
// Cap'n Proto messages by hand, word for word, as no writer would make them.

/** A pointer to a struct that begins `offset` words behind the pointer. */
export function structPointer(offset: number, dataWords: number, pointerCount: number): bigint {
  return word((offset << 2) >>> 0, dataWords + pointerCount * 65_536);
}

/** A pointer to a list; of structs (code 7) `length` is in words, and a tag stands before them. */
export function listPointer(offset: number, code: number, length: number): bigint {
  return word(((offset << 2) | 1) >>> 0, length * 8 + code);
}

/** The tag of a list of structs. */
export function tag(length: number, dataWords: number, pointerCount: number): bigint {
  return structPointer(length, dataWords, pointerCount);
}

export function farPointer(segment: number, offset: number, isDouble = false): bigint {
  return word(((offset << 3) | (isDouble ? 4 : 0) | 2) >>> 0, segment);
}

/** The low and the high half of a word. */
export function word(low: number, high: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}

/** Text as it lies in a message, with its NUL. */
export function textWords(text: string): bigint[] {
  const bytes = new TextEncoder().encode(text);
  const padded = new Uint8Array((bytes.length + 8) & ~7);
  padded.set(bytes);
  return Array.from(new BigUint64Array(padded.buffer));
}

/** A message of these segments. */
export function message(...segments: bigint[][]): Uint8Array<ArrayBuffer> {
  const tableWords = (segments.length >> 1) + 1;
  const size = segments.reduce((sum, segment) => sum + segment.length, tableWords) * 8;
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, segments.length - 1, true);
  segments.forEach((segment, i) => {
    view.setUint32(4 + i * 4, segment.length, true);
  });
  let at = tableWords * 8;
  for (const word of segments.flat()) {
    view.setBigUint64(at, BigInt.asUintN(64, word), true);
    at += 8;
  }
  return bytes;
}

/** Numbers that look random and are the same in each run: xorshift. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  /** From 0 to 2^32 - 1. */
  uint32(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }

  /** From 0, below `limit`. */
  below(limit: number): number {
    return this.uint32() % limit;
  }

  bool(): boolean {
    return (this.uint32() & 64) !== 0;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T; // `from` is never empty
  }
}
