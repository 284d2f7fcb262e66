// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import { Scalars } from "../../../codegen/golden/defaults.cortado.ts";
import { Lists, type ListsInit, Pointers } from "../../../codegen/golden/lists.cortado.ts";
import { Named, Shape } from "../../../codegen/golden/unions.cortado.ts";
import { type Arena, CodecError, MessageReader, MessageWriter } from "./index.ts";

const init: ListsInit = {
  texts: Array.from({ length: 50 }, (_, i) => `text number ${i} ${"é".repeat(i)}`),
  smalls: Array.from({ length: 50 }, (_, number) => ({ number })),
  datas: [new Uint8Array(3000).fill(5)],
  bools: new Array<boolean>(77).fill(true),
};

/** A region of WebAssembly memory full of noise, that begins elsewhere each time it grows. */
class MovingArena implements Arena {
  readonly memory = new WebAssembly.Memory({ initial: 1 });
  bytes = new Uint8Array(0);
  view = new DataView(new ArrayBuffer(0));
  start = 64;
  capacity: number;
  grown = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#refresh();
  }

  grow(neededBytes: number): void {
    ++this.grown;
    this.memory.grow(1);
    this.start += 128;
    this.capacity = neededBytes;
    this.#refresh();
  }

  message(size: number): Uint8Array {
    return this.bytes.slice(this.start, this.start + size);
  }

  #refresh(): void {
    this.bytes = new Uint8Array(this.memory.buffer);
    this.view = new DataView(this.memory.buffer);
    this.bytes.fill(0xee);
  }
}

/** What is written where there is noise, and that nothing else was touched. */
function writtenAt(capacity: number, value: ListsInit): { bytes: Uint8Array; grown: number } {
  const arena = new MovingArena(capacity);
  const writer = new MessageWriter(arena);
  writer.begin();
  Lists.write(writer, value);
  const size = writer.finish();
  const { start, bytes } = arena;
  const outside = [bytes.subarray(0, start), bytes.subarray(start + arena.capacity)];
  for (const noise of outside) {
    expect(Buffer.compare(noise, new Uint8Array(noise.length).fill(0xee))).toBe(0);
  }
  return { bytes: arena.message(size), grown: arena.grown };
}

describe("a message in somebody else's memory", () => {
  const expected = Lists.encode(init);

  test("is the same wherever it lies and however often its region moves", () => {
    for (const capacity of [8, 16, 24, 100, 1000, expected.length - 8, expected.length, 20_000]) {
      const { bytes, grown } = writtenAt(Math.floor(capacity / 8) * 8, init);
      expect(bytes).toEqual(expected);
      expect(grown > 0).toBe(capacity < expected.length);
    }
  });

  test("takes a region of exactly its size", () => {
    for (let length = 0; length < 200; length += length < 20 ? 1 : 13) {
      for (const text of ["a".repeat(length), "é".repeat(length)]) {
        const size = Lists.encode({ texts: [text], int8s: [1] }).length;
        const { bytes, grown } = writtenAt(size, { texts: [text], int8s: [1] });
        expect(bytes.length).toBe(size);
        expect(grown).toBe(0);
      }
    }
  });

  test("is read where it lies", () => {
    const arena = new MovingArena(8);
    const writer = new MessageWriter(arena);
    const reader = new MessageReader();
    for (const value of [init, {}, { texts: ["again"] }]) {
      writer.begin();
      Lists.write(writer, value);
      const size = writer.finish();
      reader.reset(arena.bytes, arena.view, arena.start, size);
      expect(Lists.read(reader)).toEqual(Lists.decode(Lists.encode(value)));
    }
  });

  test("may be shared memory, which TextEncoder and TextDecoder refuse", () => {
    const buffer = new SharedArrayBuffer(65_536);
    const arena: Arena = {
      bytes: new Uint8Array(buffer),
      view: new DataView(buffer),
      start: 0,
      capacity: 65_536,
      grow: () => {
        throw new Error("large enough");
      },
    };
    const writer = new MessageWriter(arena);
    writer.begin();
    Lists.write(writer, init);
    const size = writer.finish();
    expect(arena.bytes.slice(0, size)).toEqual(expected);
    const reader = new MessageReader();
    reader.reset(arena.bytes, arena.view, 0, size);
    const decoded = Lists.read(reader);
    expect(decoded).toEqual(Lists.decode(expected));
    expect(decoded.datas[0]?.buffer).toBeInstanceOf(ArrayBuffer);
  });

  test("what its owner throws passes through", () => {
    const limit = new Error("no more");
    const arena: Arena = {
      bytes: new Uint8Array(64),
      view: new DataView(new ArrayBuffer(64)),
      start: 0,
      capacity: 64,
      grow: () => {
        throw limit;
      },
    };
    const writer = new MessageWriter(arena);
    writer.begin();
    expect(() => Lists.write(writer, init)).toThrow(limit);
  });
});

describe("values that are wrong", () => {
  const message = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      if (error instanceof CodecError) return error.message;
      throw error;
    }
    return "";
  };

  test("are named by their place", () => {
    for (const [value, place] of [
      [{ int8s: [1, 128] }, "int8s[1]: expected a whole number from -128 to 127, found 128"],
      [{ int16s: [0.5] }, "int16s[0]"],
      [{ int32s: ["1"] }, "int32s[0]"],
      [{ int64s: [1] }, "int64s[0]: expected a 64-bit integer, found 1"],
      [{ int64s: [1n << 63n] }, "int64s[0]"],
      [{ uint8s: [-1] }, "uint8s[0]"],
      [{ uint32s: [2 ** 32] }, "uint32s[0]"],
      [{ uint64s: [-1n] }, "uint64s[0]"],
      [{ float64s: ["1"] }, "float64s[0]"],
      [{ bools: ["false"] }, "bools[0]"],
      [{ texts: [5] }, "texts[0]: expected a string, found 5"],
      [{ texts: "abc" }, "texts: expected an array, found a string"],
      [{ texts: null }, "texts: expected an array, found null"],
      [{ texts: {} }, "texts: expected an array"],
      [{ texts: ["a", undefined] }, "texts[1]: expected a string"],
      [{ datas: [[1, 2]] }, "datas[0]: expected a Uint8Array, found an array"],
      [{ datas: [{ length: 2 ** 40 }] }, "datas[0]: expected a Uint8Array"],
      [{ int8s: { length: -1 } }, "int8s: expected an array"],
      [{ int8s: { length: "5" } }, "int8s: expected an array"],
      [{ smalls: { length: 1.5 } }, "smalls: expected an array"],
      [{ enums: ["hold"] }, "enums[0]: expected one of buy, sell"],
      [{ enums: [-1] }, "enums[0]"],
      [{ smalls: [{}, 5] }, "smalls[1]: expected an object, found 5"],
      [{ smalls: [null] }, "smalls[0]: expected an object, found null"],
      [{ pointers: [{ next: { text: 1 } }] }, "pointers[0].next.text: expected a string"],
      [{ structLists: [[], [{ number: 0.1 }]] }, "structLists[1][0].number"],
      [null, "value: expected an object, found null"],
      [5, "value: expected an object, found 5"],
    ] as const) {
      expect(message(() => Lists.encode(value as never))).toMatch(place);
    }
    expect(message(() => Scalars.encode({ uint8: 1.5 }))).toMatch("uint8: expected a whole number");
    expect(message(() => Named.encode({ second: { which: "d", d: { e: 70_000 } } }))).toMatch(
      "second.d.e: expected a whole number from -32768 to 32767, found 70000",
    );
  });

  test("a member without which would be lost, so it is refused", () => {
    expect(message(() => Shape.encode({ circle: 1 } as never))).toMatch("which: expected one of");
    expect(message(() => Shape.encode({ which: "star" } as never))).toMatch(
      "which: expected one of",
    );
    expect(message(() => Shape.encode({ which: 65_536 }))).toMatch("which: ");
    expect(message(() => Named.encode({ first: { b: "b" } as never }))).toMatch("first.which: ");
  });

  test("an object that holds itself does not go on for ever", () => {
    const loop: { text: string; next?: unknown } = { text: "x" };
    loop.next = loop;
    expect(message(() => Pointers.encode(loop as never))).not.toBe("");
  });

  test("leave the codec as it was", () => {
    const before = Lists.encode(init);
    expect(() => Lists.encode({ ...init, int8s: [1000] })).toThrow(CodecError);
    expect(() => Lists.decode(Uint8Array.of(1))).toThrow(CodecError);
    expect(Lists.encode(init)).toEqual(before);
    expect(Lists.decode(before)).toEqual(Lists.decode(before));
  });
});

test("a getter may encode and decode while its object is encoded", () => {
  const value = {
    get texts() {
      const inner = Lists.encode({ texts: ["inner"] });
      return Lists.decode(inner).texts;
    },
    int8s: [7],
  };
  expect(Lists.decode(Lists.encode(value))).toMatchObject({ texts: ["inner"], int8s: [7] });
});
