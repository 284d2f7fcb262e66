// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import { Pointers, Scalars } from "../../../codegen/golden/defaults.cortado.ts";
import { Lists } from "../../../codegen/golden/lists.cortado.ts";
import { Choice, Words } from "../../../codegen/golden/reserved_words.cortado.ts";
import { Named, Shape } from "../../../codegen/golden/unions.cortado.ts";
import { CodecError, type StructCodec } from "./index.ts";

/** JSON to a value and back, as text travels. */
function through(codec: StructCodec<unknown, never>, json: unknown): unknown {
  const text = JSON.stringify(codec.toJson(codec.fromJson(json) as never));
  return JSON.parse(text);
}

/** JSON to a value, by way of a message, and back. */
function throughMessage(codec: StructCodec<unknown, never>, json: unknown): unknown {
  return codec.toJson(codec.decode(codec.encode(codec.fromJson(json) as never)) as never);
}

function errorOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof CodecError) return error.message;
    throw error;
  }
  return "";
}

const lists = {
  voids: [null, null],
  bools: [true, false],
  int8s: [-128, 127],
  int16s: [-32768],
  int32s: [-2147483648],
  int64s: ["-9223372036854775808", "9223372036854775807"],
  uint8s: [255],
  uint16s: [65535],
  uint32s: [4294967295],
  uint64s: ["18446744073709551615"],
  float32s: [0.5, "NaN"],
  float64s: ["Infinity", "-Infinity", 1e300],
  texts: ["", "a\nb", "ünïcödé"],
  datas: ["", "AAECAw=="],
  enums: ["sell", 7],
  empties: [{}],
  smalls: [{ number: 1 }],
  pointers: [{ text: "b", next: { text: "c" } }],
  boolLists: [[true], []],
  textLists: [["x"]],
  structLists: [[{ number: 5 }]],
  deep: [[[1, 2], []], []],
  voidLists: [[null], []],
  enumLists: [["buy"], ["sell", 9]],
  dataLists: [["AA=="]],
};

describe("the shape", () => {
  test("of every type", () => {
    expect(through(Lists, lists)).toEqual(lists);
    expect(throughMessage(Lists, lists)).toEqual(lists);
  });

  test("of unions and groups", () => {
    for (const json of [
      { name: "n", color: 1, which: "nothing", nothing: null },
      { name: "n", color: 1, which: "circle", circle: 2.5 },
      { name: "n", color: 1, which: "point" },
      { name: "n", color: 1, which: "rectangle", rectangle: { width: 3, height: 1, title: "t" } },
      { name: "n", color: 1, which: "big", big: "18446744073709551615" },
      { name: "n", color: 1, which: 77 },
    ]) {
      expect(through(Shape, json)).toEqual(json);
      expect(throughMessage(Shape, json)).toEqual(json);
    }
    const named = {
      first: { which: "b", b: "text" },
      second: { which: "d", d: { e: 5, inner: { which: "g", g: ["x", "y"] } } },
      plain: { i: true, j: "other", deeper: { k: 0.5 } },
    };
    expect(through(Named, named)).toEqual(named);
  });

  test("of names that are words of a language", () => {
    const choice = { which: "which_", which_: 5 };
    expect(through(Choice, choice)).toEqual(choice);
    expect(Choice.fromJson(choice)).toEqual(choice);
    const words = Words.fromJson({ constructor: 1.5, toString: 2, which: "constructor" });
    expect(words).toMatchObject({ constructor_: 1.5, toString_: 2, which: "constructor" });
    expect(Words.toJson({ constructor_: 1.5, hasOwnProperty_: true })).toEqual({
      constructor: 1.5,
      hasOwnProperty: true,
    });
    expect(Words.fromJson({})).toMatchObject({ constructor_: 0, hasOwnProperty_: false });
  });
});

describe("reading", () => {
  test("gives defaults for what is missing, and takes no notice of what is unknown", () => {
    expect(Scalars.fromJson({ news: 1 })).toEqual(Scalars.decode(Scalars.encode({})));
    expect(Pointers.fromJson({})).toEqual(Pointers.decode(Pointers.encode({})));
    expect(Named.fromJson({})).toEqual(Named.decode(Named.encode({})));
    expect(Lists.fromJson({})).toEqual(Lists.decode(Lists.encode({})));
  });

  test("takes 64-bit integers as exact numbers, too, and whole numbers as they come", () => {
    expect(
      Lists.fromJson({ int64s: [5, "-0", -9007199254740991], int32s: [1e3, 1.0] }),
    ).toMatchObject({ int64s: [5n, 0n, -9007199254740991n], int32s: [1000, 1] });
  });

  test("finds out which member of a union is meant", () => {
    expect(Shape.fromJson({})).toMatchObject({ which: "nothing" });
    expect(Shape.fromJson({ circle: 2 })).toMatchObject({ which: "circle", circle: 2 });
    expect(Shape.fromJson({ which: "small" })).toMatchObject({ which: "small", small: -1 });
    expect(Shape.fromJson({ which: "circle", small: "ignored", circle: 1 })).toMatchObject({
      which: "circle",
      circle: 1,
    });
    expect(Shape.fromJson({ which: 1, circle: 3 })).toMatchObject({ which: "circle", circle: 3 });
  });

  test("names the member that is wrong", () => {
    for (const [json, message] of [
      [[], "value: expected an object, found an array"],
      [null, "value: expected an object, found null"],
      ["text", "value: expected an object, found a string"],
      [{ texts: [1] }, "texts[0]: expected a string, found 1"],
      [{ texts: "a" }, "texts: expected an array, found a string"],
      [{ texts: [null] }, "texts[0]: expected a string, found null"],
      [{ int8s: [0, 128] }, "int8s[1]: expected a whole number from -128 to 127, found 128"],
      [{ int32s: [0.5] }, "int32s[0]: expected a whole number"],
      [{ uint8s: [-1] }, "uint8s[0]: expected a whole number from 0 to 255, found -1"],
      [{ int64s: ["9223372036854775808"] }, "int64s[0]: expected a 64-bit integer"],
      [{ int64s: [2 ** 53] }, "int64s[0]: expected a 64-bit integer"],
      [{ int64s: ["0x5"] }, "int64s[0]: "],
      [{ int64s: ["05"] }, "int64s[0]: "],
      [{ int64s: [""] }, "int64s[0]: "],
      [{ int64s: [true] }, "int64s[0]: "],
      [{ int64s: [["5"]] }, "int64s[0]: "],
      [{ uint64s: ["-1"] }, "uint64s[0]: expected an unsigned 64-bit integer"],
      [{ float32s: [1e300] }, "float32s[0]: expected a number, found 1e+300"],
      [{ float64s: ["1"] }, "float64s[0]: expected a number, found a string"],
      [{ bools: [1] }, "bools[0]: expected true or false, found 1"],
      [{ voids: [0] }, "voids[0]: expected null, found 0"],
      [{ datas: ["AA="] }, "datas[0]: expected base64"],
      [{ datas: ["A A="] }, "datas[0]: expected base64"],
      [{ datas: ["A==="] }, "datas[0]: expected base64"],
      [{ datas: [[1]] }, "datas[0]: expected base64"],
      [{ enums: ["hold"] }, "enums[0]: expected one of buy, sell, found a string"],
      [{ enums: [65536] }, "enums[0]: "],
      [{ smalls: [{}, { number: "5" }] }, "smalls[1].number: expected a whole number"],
      [{ deep: [[], [[1, 70000]]] }, "deep[1][0][1]: expected a whole number"],
      [{ pointers: [{ next: { next: { text: 5 } } }] }, "pointers[0].next.next.text: "],
    ] as const) {
      expect(errorOf(() => Lists.fromJson(json))).toMatch(message);
    }
    expect(errorOf(() => Shape.fromJson({ which: "star" }))).toMatch(
      "which: expected one of nothing, circle",
    );
    expect(errorOf(() => Shape.fromJson({ circle: 1, small: 2 }))).toMatch(
      "which: expected one of",
    );
    expect(errorOf(() => Shape.fromJson({ nothing: 1, which: "nothing" }))).toMatch("nothing: ");
    expect(errorOf(() => Named.fromJson({ second: { d: { e: 70000 } } }))).toMatch("second.d.e: ");
    expect(errorOf(() => Choice.fromJson({ which: "which" }))).toMatch("which: expected one of");
  });

  test("takes nothing from an object's prototype", () => {
    const json = JSON.parse('{"__proto__": {"texts": ["inherited"]}}');
    expect(Lists.fromJson(json).texts).toEqual([]);
    expect(Lists.fromJson(Object.create({ texts: ["inherited"] })).texts).toEqual([]);
  });

  test("ends where the stack does", () => {
    let json: unknown = {};
    for (let depth = 0; depth < 100_000; ++depth) json = { next: json };
    expect(errorOf(() => Lists.fromJson({ pointers: [json] }))).not.toBe("");
  });
});

describe("writing", () => {
  test("leaves out what is not there", () => {
    expect(Lists.toJson({ texts: [], int8s: undefined })).toEqual({ texts: [] });
    expect(Shape.toJson({})).toEqual({});
    expect(Shape.toJson({ which: "circle" })).toEqual({ which: "circle" });
  });

  test("names the member that is wrong", () => {
    const wrong = (value: unknown) => errorOf(() => Lists.toJson(value as never));
    expect(wrong({ int64s: [5] })).toMatch("int64s[0]: expected a 64-bit integer, found 5");
    expect(wrong({ int64s: ["5"] })).toMatch("int64s[0]: ");
    expect(wrong({ uint64s: [-1n] })).toMatch("uint64s[0]: expected an unsigned 64-bit integer");
    expect(wrong({ datas: ["AA=="] })).toMatch("datas[0]: expected a Uint8Array, found a string");
    expect(wrong({ texts: [undefined] })).toMatch("texts[0]: expected a string, found null");
    expect(wrong({ float64s: ["NaN"] })).toMatch("float64s[0]: ");
    expect(wrong(undefined)).toBe("");
    expect(errorOf(() => Shape.toJson({ circle: 1 } as never))).toMatch("which: expected one of");
  });

  test("reads lists from typed arrays", () => {
    expect(Lists.toJson({ int8s: Int8Array.of(1, -1), uint64s: BigUint64Array.of(5n) })).toEqual({
      int8s: [1, -1],
      uint64s: ["5"],
    });
  });

  test("of much data needs no more stack than of little", () => {
    const data = new Uint8Array(300_000).map((_, i) => i);
    const json = Lists.toJson({ datas: [data] });
    const [read] = Lists.fromJson(json).datas;
    expect(Buffer.compare(data, read as Uint8Array)).toBe(0);
  });
});
