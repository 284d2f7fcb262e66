// SPDX-License-Identifier: Apache-2.0
// A ring by hand: frames from one writer to one reader, each in one piece. Who writes makes sure by
// itself that there is room for all that is in flight; else it throws. A frame has two words of the
// user's, and a payload, whose size they tell.

/** Words of the ring before its frames: where is written next, where is read next. */
const [writtenAt, readAt, headWords] = [0, 1, 16];
const frameWords = 2;
/** In the first word: the rest of the ring, up to its end, is not used. */
const skip = -1;
const sizeWords = 1 << 18;
const mask = sizeWords - 1;

export const ringBytes = (headWords + sizeWords) * 4;

const wordsOf = (size: number): number => (size + 3) >> 2;

export class RingWriter {
  readonly #words: Int32Array;
  readonly #bytes: Uint8Array;
  /** Words since the beginning, modulo 2^32, as all positions. */
  #written = 0;
  #read = 0;

  /** In shared memory that is zero, from byte `at`. */
  constructor(memory: SharedArrayBuffer, at: number) {
    this.#words = new Int32Array(memory, at, headWords + sizeWords);
    this.#bytes = new Uint8Array(memory, at, ringBytes);
  }

  write(first: number, second: number, payload?: Uint8Array): void {
    const at = this.#begin(first, second, frameWords + wordsOf(payload?.length ?? 0));
    if (payload !== undefined) this.#bytes.set(payload, at * 4);
  }

  /** Lets the reader see all frames; returns whether there were any. */
  publish(): boolean {
    if (this.#words[writtenAt] === this.#written) return false;
    Atomics.store(this.#words, writtenAt, this.#written);
    return true;
  }

  /** The word after a new frame's two. */
  #begin(first: number, second: number, words: number): number {
    let at = this.#written & mask;
    if (at + words > sizeWords) {
      this.#advance(sizeWords - at);
      this.#words[headWords + at] = skip;
      at = 0;
    }
    this.#advance(words);
    this.#words[headWords + at] = first;
    this.#words[headWords + at + 1] = second;
    return headWords + at + frameWords;
  }

  #advance(words: number): void {
    const written = (this.#written + words) | 0;
    if (((written - this.#read) | 0) > sizeWords) {
      this.#read = Atomics.load(this.#words, readAt);
      if (((written - this.#read) | 0) > sizeWords) throw new Error("the ring is full");
    }
    this.#written = written;
  }
}

export class RingReader {
  readonly #words: Int32Array;
  readonly #at: number;
  #read = 0;

  /** See RingWriter. */
  constructor(memory: SharedArrayBuffer, at: number) {
    this.#words = new Int32Array(memory, at, headWords + sizeWords);
    this.#at = at;
  }

  readonly isWork = (): boolean => Atomics.load(this.#words, writtenAt) !== this.#read;

  /**
   * Reads all that is there. `read` gets a frame's two words and the byte of the memory where its
   * payload begins, which is the writer's again when this returns. It returns the payload's size.
   */
  drain(read: (first: number, second: number, at: number) => number): void {
    const words = this.#words;
    for (let end = this.#read; ; ) {
      if (end === this.#read) end = Atomics.load(words, writtenAt);
      if (end === this.#read) break;
      const at = headWords + (this.#read & mask);
      const first = words[at] ?? skip;
      if (first === skip) {
        this.#read = (this.#read + headWords + sizeWords - at) | 0;
      } else {
        const size = read(first, words[at + 1] ?? 0, this.#at + (at + frameWords) * 4);
        this.#read = (this.#read + frameWords + wordsOf(size)) | 0;
      }
    }
    Atomics.store(words, readAt, this.#read);
  }
}
