// SPDX-License-Identifier: Apache-2.0
// The filters in C++ (../../../kernel/exports.cpp) on memory: the one that this worker shares with the
// page, so that nothing is copied; without one, on a memory of its own, and rows are copied in and out.
import { RpcError } from "cortado";

interface Exports {
  readonly __stack_pointer: WebAssembly.Global<"i32">;
  readonly develop_size: (width: number) => number;
  readonly develop_begin: (...values: number[]) => void;
  readonly develop_rows: (scratch: number, rows: number, result: number) => void;
  readonly landscape_size: (width: number, rows: number) => number;
  readonly landscape_begin: (
    scratch: number,
    width: number,
    height: number,
    rows: number,
    first: number,
  ) => void;
  readonly landscape_rows: (scratch: number, rows: number, result: number) => void;
  readonly shrink: (...values: number[]) => void;
  readonly count: (pixels: number, pixelCount: number, bins: number) => void;
}

/** What of a link is used. */
export interface Room {
  readonly memory: WebAssembly.Memory | undefined;
  /** In `memory`, or not when that has no room or is not there. */
  allocate(size: number): Uint8Array<ArrayBufferLike>;
  release(view: Uint8Array<ArrayBufferLike>): void;
}

const alignment = 64;
const pageSize = 65_536;
const stackSize = 16_384;
/** Below it a memory of our own has nothing: address 0 is for nobody. */
const ownBegin = pageSize;

export class Kernel {
  readonly exports: Exports;
  readonly #memory: WebAssembly.Memory;
  /** Where we share one. */
  readonly #room: Room | undefined;
  #held: Uint8Array<ArrayBufferLike> | undefined;
  #begin = ownBegin;
  #end = ownBegin;
  #last: Promise<void> = Promise.resolve();

  private constructor(exports: Exports, memory: WebAssembly.Memory, room: Room | undefined) {
    this.exports = exports;
    this.#memory = memory;
    this.#room = room;
  }

  static async start(room: Room): Promise<Kernel> {
    const { memory: shared } = room;
    // Bundlers look for exactly these expressions.
    const module =
      shared === undefined
        ? new URL("./kernel-alone.wasm", import.meta.url)
        : new URL("./kernel.wasm", import.meta.url);
    const memory = shared ?? new WebAssembly.Memory({ initial: ownBegin / pageSize });
    const { instance } = await WebAssembly.instantiateStreaming(fetch(module), { env: { memory } });
    // As kernel/exports.cpp has them.
    const exports = instance.exports as unknown as Exports;
    return new Kernel(exports, memory, shared === undefined ? undefined : room);
  }

  /** Fulfilled when all who came before have left; what it gives is called to leave. */
  async enter(): Promise<() => void> {
    const before = this.#last;
    let leave: () => void = () => {};
    this.#last = new Promise((resolve) => {
      leave = resolve;
    });
    await before;
    return leave;
  }

  /**
   * Scratch memory of these sizes, whatever was there before is lost; the addresses. The stack, which
   * the C++ needs a little of, comes with it.
   */
  scratch(...sizes: readonly number[]): number[] {
    const whole = sizes.map((size) => Math.ceil(size / alignment) * alignment);
    this.#require(stackSize + whole.reduce((sum, size) => sum + size, 0));
    let next = this.#begin + stackSize;
    this.exports.__stack_pointer.value = next;
    return whole.map((size) => {
      next += size;
      return next - size;
    });
  }

  #require(size: number): void {
    if (this.#end - this.#begin >= size) return;
    if (this.#room === undefined) {
      const missing = this.#begin + size - this.#memory.buffer.byteLength;
      if (missing > 0) this.#memory.grow(Math.ceil(missing / pageSize));
      this.#end = this.#memory.buffer.byteLength;
      return;
    }
    if (this.#held !== undefined) this.#room.release(this.#held);
    this.#begin = 0;
    this.#end = 0;
    this.#held = this.#room.allocate(size);
    const at = this.addressOf(this.#held);
    if (at === undefined) {
      throw new RpcError("resource_exhausted", `the segment has no ${size} bytes for a worker`);
    }
    this.#begin = at;
    this.#end = at + size;
  }

  /** The address of bytes in this memory; undefined: they lie elsewhere. */
  addressOf(bytes: Uint8Array<ArrayBufferLike>): number | undefined {
    return bytes.buffer === this.#memory.buffer ? bytes.byteOffset : undefined;
  }

  /** Until the memory grows. */
  view(address: number, size: number): Uint8Array<ArrayBufferLike> {
    return new Uint8Array(this.#memory.buffer, address, size);
  }

  /** Own copies, of what one may keep. */
  copy(address: number, size: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.view(address, size));
  }

  numbers(address: number, count: number): Uint32Array {
    return new Uint32Array(new Uint32Array(this.#memory.buffer, address, count));
  }
}
