// SPDX-License-Identifier: Apache-2.0
// Messages of one version of a schema read by another, and written back: evolution_v1.capnp is
// older than evolution_v2.capnp.
import { describe, expect, test } from "vitest";
import * as older from "../../../codegen/golden/evolution_v1.cortado.ts";
import * as newer from "../../../codegen/golden/evolution_v2.cortado.ts";
import * as lists from "../../../codegen/golden/lists.cortado.ts";
import { Named, type NamedInit, Shape } from "../../../codegen/golden/unions.cortado.ts";
import { listPointer, message, structPointer, tag, textWords } from "../../test/messages.ts";
import { CodecError } from "./index.ts";

/** All that version 2 has beyond version 1, somewhere. */
const basket: newer.Basket = {
  items: [
    { id: 1, name: "one", kind: "plain", which: "count", count: 5, price: 7n, tags: ["a", "b"] },
    {
      id: 2,
      name: "two",
      kind: "royal",
      which: "weight",
      weight: 2.5,
      price: 100n,
      tags: [],
      parent: {
        id: 3,
        name: "three",
        kind: "fancy",
        which: "note",
        note: "a note",
        price: -1n,
        tags: [],
      },
    },
    { id: 4, name: "four", kind: "plain", which: "note", note: "another", price: 100n, tags: [] },
  ],
  owner: "Ada",
  mainItem: { id: 5, name: "", kind: "royal", which: "none", price: 100n, tags: ["c"] },
  total: 1234567890123n,
  coupons: ["half", "free"],
};

describe("a newer message in older hands", () => {
  const bytes = newer.Basket.encode(basket);

  test("shows what the older schema knows", () => {
    expect(older.Basket.decode(bytes)).toMatchObject({
      items: [
        { id: 1, name: "one", kind: "plain", which: "count", count: 5 },
        { id: 2, name: "two", kind: 2, which: 2 },
        { id: 4, name: "four", kind: "plain", which: 3 },
      ],
      owner: "Ada",
      mainItem: { id: 5, name: "", kind: 2, which: "none" },
    });
  });

  test("comes back whole when it is written again", () => {
    const again = older.Basket.encode(older.Basket.decode(bytes));
    expect(newer.Basket.decode(again)).toEqual(basket);
  });

  test("keeps the unknown while the known is changed", () => {
    const value = older.Basket.decode(bytes);
    const [first, second, third] = value.items as [older.Item, older.Item, older.Item];
    first.name = "ONE";
    value.items = [third, { ...first, kind: "fancy" }, { id: 9 } as older.Item, second];
    const again = newer.Basket.decode(older.Basket.encode(value));
    expect(again.items).toEqual([
      basket.items[2],
      { ...basket.items[0], name: "ONE", kind: "fancy" },
      { id: 9, name: "", kind: "plain", which: "none", price: 100n, tags: [] },
      basket.items[1],
    ]);
  });

  test("another member of the union takes the place of an unknown one", () => {
    const value = older.Basket.decode(bytes);
    const [, second] = value.items as [older.Item, older.Item];
    const changed: older.ItemInit = { ...second, which: "count", count: -1 };
    const again = newer.Item.decode(older.Item.encode(changed));
    expect(again).toMatchObject({ id: 2, which: "count", count: -1, parent: { note: "a note" } });
  });

  test("is hidden from who looks at the object", () => {
    const value = older.Basket.decode(bytes);
    expect(Object.keys(value)).toEqual(["items", "owner", "mainItem"]);
    expect(JSON.stringify(older.Basket.toJson(value))).not.toMatch("half");
    expect(older.Item.toJson(value.items[1] as older.Item)).toEqual({
      id: 2,
      name: "two",
      kind: 2,
      which: 2,
    });
  });

  test("does not get into an object of another type that was made from it", () => {
    const value = older.Basket.decode(bytes);
    const item: older.ItemInit = { ...value, id: 1 };
    expect(older.Item.encode(item)).toEqual(older.Item.encode({ id: 1 }));
  });

  test("leaves nothing behind where it says nothing new", () => {
    const plain = newer.Basket.encode({ items: [{ id: 1 }], owner: "o" });
    const value = older.Basket.decode(plain);
    expect(Object.getOwnPropertySymbols(value)).toEqual([]);
    expect(Object.getOwnPropertySymbols(value.items[0] as older.Item)).toEqual([]);
    expect(older.Basket.encode(value).length).toBeLessThan(plain.length);
  });

  test("is a copy of its own", () => {
    const shared = newer.Basket.encode(basket);
    const value = older.Basket.decode(shared);
    shared.fill(0xff);
    expect(newer.Basket.decode(older.Basket.encode(value))).toEqual(basket);
  });

  test("survives many times over, and large", () => {
    const large = { ...basket, coupons: Array.from({ length: 5000 }, (_, i) => `coupon ${i}`) };
    let again = newer.Basket.encode(large);
    for (let i = 0; i < 3; ++i) again = older.Basket.encode(older.Basket.decode(again));
    expect(newer.Basket.decode(again)).toEqual(large);
  });

  test("cannot hold a capability", () => {
    const words = [structPointer(0, 0, 4), 0n, 0n, 0n, 3n];
    expect(() => older.Basket.decode(message(words))).toThrow(CodecError);
  });
});

test("a new field that fills a hole between known ones is kept, too", () => {
  // `Small` has one Int32 in its word; the newer schema has another behind it, and a Bool in Shape.
  const { Small } = lists;
  const bytes = message([structPointer(0, 1, 0), (77n << 32n) | 5n]);
  const value = Small.decode(bytes);
  expect(value).toMatchObject({ number: 5 });
  expect(Small.encode({ ...value, number: 6 })).toEqual(
    message([structPointer(0, 1, 0), (77n << 32n) | 6n]),
  );
});

test("an unknown member of a union in a group is kept with what it points to", () => {
  const init: NamedInit = {
    first: { which: "b", b: "kept" },
    second: { which: "d", d: { e: 3 } },
    plain: { i: true },
  };
  const bytes = Named.encode(init);
  const view = new DataView(bytes.buffer);
  // The discriminant of `first` is the only one that is 1 with `which: "b"`: found by trying.
  const plain = Named.encode({ ...init, first: { which: "a" } });
  let at = 16;
  while (view.getUint16(at, true) !== 1 || plain[at] !== 0) at += 2;
  view.setUint16(at, 7, true);
  const value = Named.decode(bytes);
  expect(value.first).toMatchObject({ which: 7 });
  const again = Named.encode(value);
  new DataView(again.buffer).setUint16(at, 1, true);
  expect(Named.decode(again)).toEqual(Named.decode(Named.encode(init)));
});

test("an unknown member without a trace is written as its number", () => {
  const bytes = Shape.encode({ name: "n", which: 99 });
  expect(Shape.decode(bytes)).toEqual({ name: "n", color: 0, which: 99 });
});

describe("an older message in newer hands", () => {
  test("has defaults for what is new", () => {
    const bytes = older.Basket.encode({
      items: [{ id: 1, name: "n", which: "count", count: 3 }, {}],
      owner: "o",
      mainItem: { id: 2 },
    });
    expect(newer.Basket.decode(bytes)).toEqual({
      items: [
        { id: 1, name: "n", kind: "plain", which: "count", count: 3, price: 100n, tags: [] },
        { id: 0, name: "", kind: "plain", which: "none", price: 100n, tags: [] },
      ],
      owner: "o",
      mainItem: { id: 2, name: "", kind: "plain", which: "none", price: 100n, tags: [] },
      total: 0n,
      coupons: [],
    });
  });

  test("may have no sections at all", () => {
    expect(newer.Item.decode(message([structPointer(-1, 0, 0)]))).toEqual(
      newer.Item.decode(newer.Item.encode({})),
    );
  });
});

describe("lists whose elements have changed their type", () => {
  const { Lists } = lists;
  const root = (index: number, pointer: bigint, ...rest: bigint[]) => {
    const section = Array.from({ length: index + 1 }, (_, i) => (i === index ? pointer : 0n));
    return message([structPointer(0, 0, index + 1), ...section, ...rest]);
  };
  const numbers = Lists.decode.bind(Lists);

  test("structs are read as the primitives their first field was", () => {
    const structs = [listPointer(0, 7, 4), tag(2, 1, 1), 5n, 0n, (1n << 63n) | 6n, 0n] as const;
    expect(numbers(root(4, ...structs)).int32s).toEqual([5, 6]);
    expect(numbers(root(6, ...structs)).uint8s).toEqual([5, 6]);
    expect(numbers(root(9, ...structs)).uint64s).toEqual([5n, (1n << 63n) | 6n]);
    expect(numbers(root(14, ...structs)).enums).toEqual([5, 6]);
    expect(numbers(root(0, ...structs)).voids).toEqual([null, null]);
    const empty = [listPointer(0, 7, 2), tag(2, 0, 1), 0n, 0n] as const;
    expect(() => numbers(root(4, ...empty))).toThrow(CodecError);
    expect(() => numbers(root(1, ...structs))).toThrow(CodecError);
  });

  test("structs are read as the pointers their first field was", () => {
    const text = textWords("abc");
    const structs = [listPointer(0, 7, 4), tag(2, 1, 1), 9n, listPointer(2, 2, 4), 9n, 0n] as const;
    expect(numbers(root(12, ...structs, ...text)).texts).toEqual(["abc", ""]);
    const dataOnly = [listPointer(0, 7, 1), tag(1, 1, 0), 0n] as const;
    expect(() => numbers(root(12, ...dataOnly))).toThrow(CodecError);
  });

  test("primitives are read as structs that have them as their first field", () => {
    for (const [code, length, words] of [
      [2, 3, [0x030201n]],
      [3, 3, [0x000300020001n]],
      [4, 3, [(2n << 32n) | 1n, 3n]],
      [5, 3, [1n, 2n, 3n]],
    ] as const) {
      const { smalls } = numbers(root(16, listPointer(0, code, length), ...words));
      expect(smalls).toMatchObject([{ number: 1 }, { number: 2 }, { number: 3 }]);
    }
    const { smalls } = numbers(root(16, listPointer(0, 0, 2)));
    expect(smalls).toEqual([{ number: 0 }, { number: 0 }]);
  });

  test("pointers are read as structs that have them as their first field", () => {
    const words = [listPointer(1, 2, 4), 0n, ...textWords("abc")];
    const { pointers } = numbers(root(17, listPointer(0, 6, 2), ...words));
    expect(pointers).toEqual([{ text: "abc" }, { text: "" }]);
    // Written back, they are structs.
    const again = Lists.decode(Lists.encode({ pointers }));
    expect(again.pointers).toEqual(pointers);
  });

  test("a wider number than was expected is read as its low part", () => {
    expect(numbers(root(4, listPointer(0, 5, 2), 5n, 6n)).int32s).toEqual([5, 6]);
  });

  test("an element with more than its struct knows is kept", () => {
    const empties = [listPointer(0, 5, 2), 5n, 0n] as const;
    const value = numbers(root(15, ...empties));
    const again = Lists.encode(value);
    expect(new BigUint64Array(again.buffer).includes(5n)).toBe(true);
  });
});
