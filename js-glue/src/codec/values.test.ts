// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import * as constants from "../../../codegen/golden/constants.cortado.ts";
import * as defaults from "../../../codegen/golden/defaults.cortado.ts";
import * as lists from "../../../codegen/golden/lists.cortado.ts";
import * as unions from "../../../codegen/golden/unions.cortado.ts";

const { Lists } = lists;

/** Of every list its extremes. */
const everyList: lists.Lists = {
  voids: [null, null],
  bools: [true, false, true, true, false, false, true, false, true],
  int8s: [-128, 0, 127],
  int16s: [-32768, 32767],
  int32s: [-2147483648, 2147483647],
  int64s: [-9223372036854775808n, 9223372036854775807n],
  uint8s: [0, 255],
  uint16s: [0, 65535],
  uint32s: [0, 4294967295],
  uint64s: [0n, 18446744073709551615n],
  float32s: [0.5, -0, Number.NaN, Number.NEGATIVE_INFINITY],
  float64s: [0.1, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.MIN_VALUE],
  texts: ["", "a", "12345678", "ünïcödé 🎉", "x".repeat(1000), "\uFEFFmark", "a\0b"],
  datas: [new Uint8Array(0), Uint8Array.of(1, 2, 3), new Uint8Array(100).fill(7)],
  enums: ["buy", "sell", 9],
  empties: [{}, {}, {}],
  smalls: [{ number: 1 }, { number: -1 }],
  pointers: [{ text: "one" }, { text: "two", next: { text: "three" } }],
  boolLists: [[true], [], [false, true]],
  textLists: [["a", "b"], [], ["c"]],
  structLists: [[{ number: 3 }], []],
  deep: [[[1, 2], []], [], [[3]]],
  voidLists: [[null, null], []],
  enumLists: [["sell"], []],
  dataLists: [[Uint8Array.of(9)], []],
};

describe("every type", () => {
  test("lists of everything come back as they went", () => {
    const decoded = Lists.decode(Lists.encode(everyList));
    expect(decoded).toEqual(everyList);
    expect(Object.is(decoded.float64s[1], -0)).toBe(true);
  });

  test("an object with nothing in it reads as defaults", () => {
    const bytes = Lists.encode({});
    expect(bytes.length).toBe(16 + Object.keys(everyList).length * 8);
    const decoded = Lists.decode(bytes);
    expect(Object.values(decoded)).toEqual(Object.keys(everyList).map(() => []));
  });

  test("typed arrays are written as lists", () => {
    const decoded = Lists.decode(
      Lists.encode({
        int32s: Int32Array.of(1, -2),
        float64s: Float64Array.of(0.5),
        uint64s: BigUint64Array.of(7n),
      }),
    );
    expect(decoded.int32s).toEqual([1, -2]);
    expect(decoded.float64s).toEqual([0.5]);
    expect(decoded.uint64s).toEqual([7n]);
  });

  test("data is a copy", () => {
    const bytes = Lists.encode({ datas: [Uint8Array.of(1, 2, 3)] });
    const [data] = Lists.decode(bytes).datas;
    bytes.fill(0xff);
    expect(data).toEqual(Uint8Array.of(1, 2, 3));
    const inBuffer = Buffer.from(Lists.encode({ datas: [Uint8Array.of(4)] }));
    const [other] = Lists.decode(inBuffer).datas;
    inBuffer.fill(0xff);
    expect(other).toEqual(Uint8Array.of(4));
  });

  test("text that is no UTF-16 or UTF-8 becomes replacement characters", () => {
    const decoded = Lists.decode(Lists.encode({ texts: ["a\uD800b", `${"x".repeat(99)}\uDC00`] }));
    expect(decoded.texts).toEqual(["a\uFFFDb", `${"x".repeat(99)}\uFFFD`]);
    const bytes = Lists.encode({ texts: ["abc"] });
    bytes[bytes.indexOf(0x61)] = 0xff;
    expect(Lists.decode(bytes).texts).toEqual(["\uFFFDbc"]);
  });

  test("texts of every length, ASCII or not", () => {
    for (let length = 0; length < 100; ++length) {
      const ascii = "abcdefghij".repeat(10).slice(0, length);
      const texts = [ascii, `${ascii}é`, `é${ascii}`];
      expect(Lists.decode(Lists.encode({ texts })).texts).toEqual(texts);
    }
  });
});

describe("defaults", () => {
  const { Scalars, Pointers, UnionDefaults } = defaults;
  const scalars: defaults.Scalars = {
    yes: true,
    no: false,
    int8: -128,
    int16: -32768,
    int32: -2147483648,
    int64: -9223372036854775808n,
    uint8: 255,
    uint16: 65535,
    uint32: 4294967295,
    uint64: 18446744073709551615n,
    float32: 1.5,
    float64: -2.25e-300,
    infinite: Number.POSITIVE_INFINITY,
    negativeInfinite: Number.NEGATIVE_INFINITY,
    notANumber: Number.NaN,
    level: "high",
    nothing: null,
  };

  test("of scalars", () => {
    const bytes = Scalars.encode({});
    expect(bytes.subarray(16).every((byte) => byte === 0)).toBe(true);
    expect(Scalars.decode(bytes)).toEqual(scalars);
    expect(Scalars.encode(scalars)).toEqual(bytes);
  });

  test("give way to what is stated", () => {
    const other: defaults.Scalars = {
      yes: false,
      no: true,
      int8: 1,
      int16: 2,
      int32: 3,
      int64: 4n,
      uint8: 5,
      uint16: 6,
      uint32: 7,
      uint64: 8n,
      float32: 0.25,
      float64: 0.1,
      infinite: 0,
      negativeInfinite: 1,
      notANumber: 2,
      level: "low",
      nothing: null,
    };
    const decoded = Scalars.decode(Scalars.encode(other));
    expect(decoded).toEqual(other);
  });

  test("of pointers are new objects each time", () => {
    const bytes = Pointers.encode({});
    expect(bytes.subarray(16).every((byte) => byte === 0)).toBe(true);
    const decoded = Pointers.decode(bytes);
    expect(decoded).toEqual({
      text: 'quotes " and \\ and line\nbreaks, ünïcödé 🎉',
      data: Uint8Array.of(0, 1, 0x7f, 0x80, 0xff),
      inner: { number: 5, text: "five", list: [1, 2] },
      numbers: [-1, 0, 1],
      bools: [true, false, true],
      texts: ["a", "", "c"],
      inners: [
        { number: 1, text: "inner", list: [1, 2] },
        { number: 11, text: "two", list: [1, 2] },
        { number: 11, text: "inner", list: [] },
      ],
      levels: ["high", "low"],
      nested: [[1, 2], [], [-3]],
      emptyText: "",
      emptyList: [],
    });
    decoded.numbers.push(5);
    expect(Pointers.decode(bytes).numbers).toEqual([-1, 0, 1]);
  });

  test("of pointers give way to what is empty", () => {
    const empty = { text: "", data: new Uint8Array(0), numbers: [], inners: [], inner: {} };
    expect(Pointers.decode(Pointers.encode(empty))).toMatchObject({
      text: "",
      data: new Uint8Array(0),
      numbers: [],
      inners: [],
      inner: { number: 11, text: "inner", list: [1, 2] },
    });
  });

  test("of members of unions", () => {
    expect(UnionDefaults.decode(UnionDefaults.encode({}))).toEqual({ which: "number", number: 42 });
    for (const [which, value] of [
      ["text", "forty-two"],
      ["flag", true],
      ["single", 0.5],
      ["huge", -9223372036854775808n],
      ["level", "middle"],
    ]) {
      const init = { which } as defaults.UnionDefaultsInit;
      expect(UnionDefaults.decode(UnionDefaults.encode(init))).toEqual({
        which,
        [which as string]: value,
      });
    }
  });
});

describe("unions and groups", () => {
  const { Shape, Named, OrdinalOrder } = unions;

  test("every member comes back as it went", () => {
    const shapes: unions.Shape[] = [
      { name: "a", color: 1, which: "nothing" },
      { name: "b", color: 2, which: "circle", circle: 1.5 },
      { name: "c", color: 3, which: "polygon", polygon: [{ x: 1, y: 2 }] },
      { name: "d", color: 4, which: "label", label: "text" },
      { name: "e", color: 5, which: "picture", picture: Uint8Array.of(1) },
      { name: "f", color: 6, which: "point", point: { x: -1, y: -2 } },
      { name: "g", color: 7, which: "point" },
      { name: "h", color: 8, which: "unit", unit: "foot" },
      { name: "i", color: 9, which: "filled", filled: true },
      {
        name: "j",
        color: 10,
        which: "rectangle",
        rectangle: { width: 1, height: 2, title: "t" },
      },
      { name: "k", color: 11, which: "big", big: 18446744073709551615n },
      { name: "l", color: 12, which: "small", small: 0 },
    ];
    for (const shape of shapes) expect(Shape.decode(Shape.encode(shape))).toEqual(shape);
  });

  test("nothing said is the first member", () => {
    expect(Shape.decode(Shape.encode({}))).toEqual({ name: "", color: 0, which: "nothing" });
    expect(Shape.decode(Shape.encode({ which: "small" }))).toMatchObject({ small: -1 });
    expect(Shape.decode(Shape.encode({ which: "rectangle" }))).toMatchObject({
      rectangle: { width: 0, height: 1, title: "" },
    });
  });

  test("several unions, groups in unions, unions in groups", () => {
    const value: unions.Named = {
      first: { which: "b", b: "text" },
      second: { which: "d", d: { e: 5, inner: { which: "g", g: ["x", "y"] } } },
      plain: {
        i: true,
        j: "other",
        deeper: {
          k: 0.5,
          l: {
            first: { which: "a", a: -1 },
            second: { which: "h" },
            plain: { i: false, j: "j", deeper: { k: 0 } },
          },
        },
      },
    };
    expect(Named.decode(Named.encode(value))).toEqual(value);
  });

  test("objects stand in the message by ordinals, members of unions too", () => {
    const bytes = OrdinalOrder.encode({
      z: "zzzz",
      which: "two",
      two: "2222",
      middle: "mmmm",
      first: "ffff",
      last: "llll",
    });
    const text = new TextDecoder().decode(bytes);
    expect(text.match(/[a-z2]{4}/g)).toEqual(["ffff", "mmmm", "2222", "llll", "zzzz"]);
  });
});

test("constants are values of their types", () => {
  expect(constants.smallest).toBe(-9223372036854775808n);
  expect(constants.largest).toBe(18446744073709551615n);
  expect(constants.greeting).toBe('hello */ "world"\n');
  expect(constants.bytes).toEqual(Uint8Array.of(0xde, 0xad, 0xbe, 0xef));
  expect(constants.Point_unit).toEqual({ x: 1, y: 1, name: "", color: "green" });
  expect(constants.path.map((point) => point.y)).toEqual([9, 2, 0]);
});
