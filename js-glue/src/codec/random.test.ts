// SPDX-License-Identifier: Apache-2.0
// Values made at random: what was written reads as the same, as bytes and as JSON, and is written as
// the same bytes again.
import { expect, test } from "vitest";
import {
  Pointers,
  type Scalars,
  Scalars as ScalarsCodec,
} from "../../../codegen/golden/defaults.cortado.ts";
import { type Lists, Lists as ListsCodec } from "../../../codegen/golden/lists.cortado.ts";
import {
  type Named,
  Named as NamedCodec,
  type Shape,
  Shape as ShapeCodec,
} from "../../../codegen/golden/unions.cortado.ts";
import { Random } from "../../test/messages.ts";
import type { StructCodec } from "./index.ts";

const random = new Random(0x0cafe);

function list<T>(make: () => T, lengthMax = 9): T[] {
  return Array.from({ length: random.below(lengthMax) }, make);
}

function text(): string {
  const characters = [
    "a",
    "Z",
    "0",
    " ",
    "é",
    "ß",
    "€",
    "漢",
    "🎉",
    "\n",
    "\0",
    '"',
    "\\",
    "\u2028",
  ];
  const kind = random.bool() ? 4 : characters.length;
  return list(() => characters[random.below(kind)], 90).join("");
}

function data(): Uint8Array {
  return Uint8Array.from(list(() => random.below(256), 40));
}

/** The interesting ones as often as all others. */
function integer(min: bigint, max: bigint): bigint {
  const special = [min, max, 0n, 1n, max - 1n, min + 1n];
  if (random.bool()) return random.pick(special);
  const bits = (BigInt(random.uint32()) << 32n) | BigInt(random.uint32());
  return min + (bits % (max - min + 1n));
}
const int = (bits: bigint) => Number(integer(-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n));
const uint = (bits: bigint) => Number(integer(0n, (1n << bits) - 1n));
const int64 = () => integer(-(1n << 63n), (1n << 63n) - 1n);
const uint64 = () => integer(0n, (1n << 64n) - 1n);

function float64(): number {
  const special = [0, -0, 1.5, -1e300, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, -1 / 3];
  return random.bool()
    ? random.pick(special)
    : (random.uint32() - 2 ** 31) * 2 ** (random.below(80) - 40);
}
const float32 = () => Math.fround(float64());

function side(): "buy" | "sell" | number {
  return random.pick(["buy", "sell", 2, 65535] as const);
}

function pointer(depth: number): Lists["pointers"][number] {
  if (depth > 8 || random.bool()) return { text: text() };
  return { text: text(), next: pointer(depth + 1) };
}

function lists(): Lists {
  return {
    voids: list(() => null),
    bools: list(() => random.bool(), 70),
    int8s: list(() => int(8n)),
    int16s: list(() => int(16n)),
    int32s: list(() => int(32n)),
    int64s: list(int64),
    uint8s: list(() => uint(8n)),
    uint16s: list(() => uint(16n)),
    uint32s: list(() => uint(32n)),
    uint64s: list(uint64),
    float32s: list(float32),
    float64s: list(float64),
    texts: list(text),
    datas: list(data),
    enums: list(side),
    empties: list(() => ({})),
    smalls: list(() => ({ number: int(32n) })),
    pointers: list(() => pointer(0)),
    boolLists: list(() => list(() => random.bool(), 20)),
    textLists: list(() => list(text)),
    structLists: list(() => list(() => ({ number: int(32n) }))),
    deep: list(() => list(() => list(() => uint(16n)))),
    voidLists: list(() => list(() => null)),
    enumLists: list(() => list(side)),
    dataLists: list(() => list(data)),
  };
}

function shape(): Shape {
  const common = { name: text(), color: uint(32n) };
  const point = () => ({ x: int(32n), y: int(32n) });
  return random.pick<() => Shape>([
    () => ({ ...common, which: "nothing" }),
    () => ({ ...common, which: "circle", circle: float64() }),
    () => ({ ...common, which: "polygon", polygon: list(point) }),
    () => ({ ...common, which: "label", label: text() }),
    () => ({ ...common, which: "picture", picture: data() }),
    () => ({ ...common, which: "point", point: point() }),
    () => ({ ...common, which: "point" }),
    () => ({ ...common, which: "unit", unit: random.pick(["meter", "foot", 9] as const) }),
    () => ({ ...common, which: "filled", filled: random.bool() }),
    () => ({
      ...common,
      which: "rectangle",
      rectangle: { width: float64(), height: float64(), title: text() },
    }),
    () => ({ ...common, which: "big", big: uint64() }),
    () => ({ ...common, which: "small", small: int(8n) }),
  ])();
}

function named(depth = 0): Named {
  const inner = (): Named["plain"]["deeper"] =>
    depth > 6 || random.bool() ? { k: float32() } : { k: float32(), l: named(depth + 1) };
  return {
    first: random.bool() ? { which: "a", a: int(32n) } : { which: "b", b: text() },
    second: random.pick<() => Named["second"]>([
      () => ({ which: "c", c: int(32n) }),
      () => ({ which: "d", d: { e: int(16n), inner: { which: "f", f: int64() } } }),
      () => ({ which: "d", d: { e: int(16n), inner: { which: "g", g: list(text) } } }),
      () => ({ which: "h" }),
    ])(),
    plain: { i: random.bool(), j: text(), deeper: inner() },
  };
}

function scalars(): Scalars {
  return {
    yes: random.bool(),
    no: random.bool(),
    int8: int(8n),
    int16: int(16n),
    int32: int(32n),
    int64: int64(),
    uint8: uint(8n),
    uint16: uint(16n),
    uint32: uint(32n),
    uint64: uint64(),
    float32: float32(),
    float64: float64(),
    infinite: float64(),
    negativeInfinite: float32(),
    notANumber: float64(),
    level: random.pick(["low", "middle", "high", 77] as const),
    nothing: null,
  };
}

function inner(): Pointers["inner"] {
  return { number: int(32n), text: text(), list: list(() => uint(16n)) };
}

function pointers(): Pointers {
  return {
    text: text(),
    data: data(),
    inner: inner(),
    numbers: list(() => int(32n)),
    bools: list(() => random.bool()),
    texts: list(text),
    inners: list(inner),
    levels: list(() => random.pick(["low", "middle", "high", 3] as const)),
    nested: list(() => list(() => int(8n))),
    emptyText: text(),
    emptyList: list(text),
    ...(random.bool() ? { plainInner: inner() } : {}),
  };
}

function check<T, Init>(codec: StructCodec<T, Init>, make: () => T & Init, rounds: number): void {
  for (let round = 0; round < rounds; ++round) {
    const value = make();
    const bytes = codec.encode(value);
    const decoded = codec.decode(bytes);
    expect(decoded).toEqual(value);
    expect(Buffer.compare(codec.encode(decoded as T & Init), bytes)).toBe(0);
    const json = JSON.stringify(codec.toJson(value));
    // As text, as JavaScript's JSON does not know negative zero.
    const again = codec.encode(codec.fromJson(JSON.parse(json)) as T & Init);
    expect(JSON.stringify(codec.toJson(codec.decode(again) as T & Init))).toBe(json);
  }
}

test("lists", () => check(ListsCodec, lists, 50));
test("unions", () => check(ShapeCodec, shape, 400));
test("groups", () => check(NamedCodec, named, 300));
test("scalars with defaults", () => check(ScalarsCodec, scalars, 400));
test("pointers with defaults", () => check(Pointers, pointers, 100));
