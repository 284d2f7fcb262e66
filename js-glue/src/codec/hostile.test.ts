// SPDX-License-Identifier: Apache-2.0
// Messages that no honest writer makes: each is read, or refused with a CodecError, soon and with
// no more memory than it is long.
import { describe, expect, test } from "vitest";
import { Lists, Pointers } from "../../../codegen/golden/lists.cortado.ts";
import { Words } from "../../../codegen/golden/reserved_words.cortado.ts";
import {
  farPointer,
  listPointer,
  message,
  structPointer,
  tag,
  textWords,
  word,
} from "../../test/messages.ts";
import { refusal } from "../../test/refusal.ts";

/** The root is of `Pointers`: no data, a text and a struct of its own type. */
function pointers(text: bigint, next: bigint, ...rest: bigint[]): Uint8Array {
  return message([structPointer(0, 0, 2), text, next, ...rest]);
}

/** The root is of `Lists`, which has only pointers; `pointer` is its pointer number `index`. */
function lists(index: number, pointer: bigint, ...rest: bigint[]): Uint8Array {
  const section = Array.from({ length: index + 1 }, (_, i) => (i === index ? pointer : 0n));
  return message([structPointer(0, 0, index + 1), ...section, ...rest]);
}

/** The pointer of `Words` to a list of `Words`. */
const names = 5;

// Pointers of `Lists`:
const [int32s, uint8s, texts, empties, smalls] = [4, 6, 12, 15, 16];
const bools = 1;
const voids = 0;

describe("the table of segments", () => {
  test("is short, long or a lie", () => {
    for (let size = 0; size < 8; ++size) {
      expect(refusal(Pointers, new Uint8Array(size))).toMatch("not a whole message");
    }
    const table = (...counts: number[]) => new Uint8Array(Uint32Array.from(counts).buffer);
    for (const bytes of [
      table(0xffffffff, 1),
      table(512, 1),
      table(2, 0),
      table(0, 1),
      table(0, 0xffffffff),
      table(1, 0xffffffff, 0xffffffff, 0),
    ]) {
      expect(refusal(Pointers, bytes)).toMatch("not a whole message");
    }
  });

  test("may leave bytes over, and have segments with nothing in them", () => {
    expect(refusal(Pointers, new Uint8Array([...Pointers.encode({}), 1, 2, 3]))).toBe("");
    expect(Pointers.decode(message([0n]))).toEqual({ text: "" });
    expect(Pointers.decode(message([0n], [], []))).toEqual({ text: "" });
    expect(refusal(Pointers, message([]))).toMatch("out of bounds");
    expect(refusal(Pointers, message([], [0n]))).toMatch("out of bounds");
  });
});

describe("pointers", () => {
  const outside = "out of bounds";

  test("to what is not there", () => {
    for (const offset of [1, 1000, 2 ** 29 - 1, -1000, -(2 ** 29)]) {
      expect(refusal(Pointers, message([structPointer(offset, 0, 2)]))).toMatch(outside);
      expect(refusal(Pointers, pointers(listPointer(offset, 2, 8), 0n))).toMatch(outside);
      expect(refusal(Lists, lists(int32s, listPointer(offset, 4, 2)))).toMatch(outside);
      expect(refusal(Lists, lists(smalls, listPointer(offset, 7, 1)))).toMatch(outside);
    }
    expect(refusal(Pointers, message([structPointer(0, 0xffff, 0xffff)]))).toMatch(outside);
    expect(refusal(Lists, lists(int32s, listPointer(0, 5, 2 ** 29 - 1)))).toMatch(outside);
    expect(refusal(Lists, lists(smalls, listPointer(0, 7, 2 ** 29 - 1), 0n))).toMatch(outside);
  });

  test("of the wrong kind", () => {
    const capability = word(3, 0);
    expect(refusal(Pointers, message([listPointer(0, 2, 1), 0n]))).toMatch("no struct");
    expect(refusal(Pointers, message([capability]))).toMatch("no struct");
    expect(refusal(Pointers, pointers(structPointer(1, 0, 0), 0n))).toMatch("no list");
    expect(refusal(Pointers, pointers(capability, 0n))).toMatch("no list");
    expect(refusal(Pointers, pointers(0n, listPointer(0, 0, 0)))).toMatch("no struct");
    expect(refusal(Lists, lists(smalls, capability))).toMatch("no list");
    expect(refusal(Lists, lists(int32s, listPointer(0, 1, 1), 1n))).toMatch("no list");
    expect(refusal(Lists, lists(bools, listPointer(0, 2, 1), 1n))).toMatch("no list");
    expect(refusal(Lists, lists(smalls, listPointer(0, 1, 1), 1n))).toMatch("no list");
    expect(refusal(Lists, lists(int32s, listPointer(0, 3, 1), 1n))).toMatch("no list");
    expect(refusal(Lists, lists(texts, listPointer(0, 5, 1), 1n))).toMatch("no list");
  });

  test("that loop end at the limit of nesting", () => {
    expect(refusal(Pointers, pointers(0n, structPointer(-2, 0, 2)))).toMatch("nested too deeply");
    // One struct of a list is what the list is in.
    const tagged = message([
      structPointer(1, 0, names + 1),
      tag(1, 0, names + 1),
      ...new Array<bigint>(names).fill(0n),
      listPointer(-(names + 2), 7, names + 1),
    ]);
    expect(refusal(Words, tagged)).toMatch("nested too deeply");
  });

  test("nest 64 deep and no deeper, as C++ has it", () => {
    // Each struct's second pointer is the next one's.
    const nested = (depth: number) => {
      const words = [structPointer(0, 0, 2)];
      for (let i = 1; i < depth; ++i) words.push(0n, structPointer(0, 0, 2));
      return message([...words, 0n, 0n]);
    };
    expect(refusal(Pointers, nested(64))).toBe("");
    expect(refusal(Pointers, nested(65))).toMatch("nested too deeply");
  });

  test("to the same bytes again and again cost no more than the message is long", () => {
    // Twenty lists of two structs, both of which have the next list: 2^20 structs.
    const words = [structPointer(1, 0, names + 1)];
    const size = names + 1;
    for (let level = 0; level < 20; ++level) {
      words.push(level === 0 ? 0n : tag(2, 0, size));
      const count = level === 0 ? 1 : 2;
      for (let i = 0; i < count; ++i) {
        const isLast = level === 19;
        const offset = (count - 1 - i) * size;
        words.push(...new Array<bigint>(names).fill(0n));
        words.push(isLast ? 0n : listPointer(offset, 7, 2 * size));
      }
    }
    expect(refusal(Words, message(words))).toMatch("too often");

    // A thousand pointers to one long list.
    const count = 1000;
    const shared = [structPointer(0, 0, texts + 1)];
    for (let i = 0; i < texts; ++i) shared.push(0n);
    shared.push(listPointer(0, 6, count));
    for (let i = 0; i < count; ++i) shared.push(listPointer(count - 1 - i, 2, 8 * count));
    for (let i = 0; i < count - 1; ++i) shared.push(0x6161616161616161n);
    shared.push(0x61616161616161n);
    expect(refusal(Lists, message(shared))).toMatch("too often");
  });
});

describe("lists that claim more than they have", () => {
  test("elements without size", () => {
    const many = 2 ** 29 - 1;
    expect(refusal(Lists, lists(voids, listPointer(0, 0, many)))).toMatch("too often");
    expect(refusal(Lists, lists(empties, listPointer(0, 0, many)))).toMatch("too often");
    expect(refusal(Lists, lists(empties, listPointer(0, 7, 0), tag(many, 0, 0)))).toMatch(
      "too often",
    );
    expect(refusal(Lists, lists(smalls, listPointer(0, 7, 0), tag(many, 0, 0)))).toMatch(
      "too often",
    );
    expect(Lists.decode(lists(empties, listPointer(0, 7, 0), tag(1000, 0, 0))).empties.length).toBe(
      1000,
    );
    expect(Lists.decode(lists(voids, listPointer(0, 0, 1000))).voids.length).toBe(1000);
  });

  test("a tag that does not fit its list, or is none", () => {
    const small = listPointer(0, 7, 1);
    expect(refusal(Lists, lists(smalls, small, tag(2, 1, 0), 0n, 0n))).toMatch("no list");
    expect(refusal(Lists, lists(smalls, small, tag(1, 2, 0), 0n, 0n))).toMatch("no list");
    expect(refusal(Lists, lists(smalls, small, tag(2 ** 29, 1, 0), 0n))).toMatch("no list");
    expect(refusal(Lists, lists(smalls, small, listPointer(1, 2, 1), 0n))).toMatch("no list");
    expect(refusal(Lists, lists(smalls, small, tag(1, 1, 0), 5n))).toBe("");
  });

  test("text without NUL, or without anything", () => {
    const text = (length: number, word: bigint) => pointers(listPointer(1, 2, length), 0n, word);
    expect(refusal(Pointers, text(0, 0n))).toMatch("NUL");
    expect(refusal(Pointers, text(4, 0x61616161n))).toMatch("NUL");
    expect(refusal(Pointers, text(5, 0x61616161n))).toBe("");
    expect(refusal(Pointers, text(9, 0n))).toMatch("out of bounds");
    // The last byte of all lies beyond the buffer.
    expect(refusal(Lists, lists(uint8s, listPointer(0, 2, 9), 0n))).toMatch("out of bounds");
  });
});

describe("far pointers", () => {
  const root = structPointer(0, 0, 2);

  test("lead to other segments, by one pad or two", () => {
    const text = textWords("far");
    const single = message([root, farPointer(1, 0), 0n], [listPointer(0, 2, 4), ...text]);
    expect(Pointers.decode(single)).toEqual({ text: "far" });
    const twice = message([root, farPointer(2, 0, true), 0n], text, [
      farPointer(1, 0),
      listPointer(0, 2, 4),
    ]);
    expect(Pointers.decode(twice)).toEqual({ text: "far" });
    // Back and forth: the struct in segment 1 has its text in segment 0.
    const back = message(
      [root, 0n, farPointer(1, 0), listPointer(0, 2, 4), ...text],
      [structPointer(0, 0, 2), farPointer(0, 3), 0n],
    );
    expect(Pointers.decode(back)).toEqual({ text: "", next: { text: "far" } });
    // Of one segment, and of the root.
    expect(Pointers.decode(message([farPointer(0, 1), root, 0n, 0n]))).toEqual({ text: "" });
    expect(Pointers.decode(message([farPointer(1, 0)], [root, 0n, 0n]))).toEqual({ text: "" });
  });

  test("that lead nowhere or in circles", () => {
    for (const [bytes, reason] of [
      [message([farPointer(1, 0)]), "no segment"],
      [message([farPointer(0xffffffff, 0)], []), "no segment"],
      [message([farPointer(1, 0)], []), "out of bounds"],
      [message([farPointer(1, 0, true)], [0n]), "out of bounds"],
      [message([farPointer(0, 2 ** 28)]), "out of bounds"],
      [message([farPointer(0, 0)]), "far pointer"],
      [message([farPointer(1, 0)], [farPointer(0, 0)]), "far pointer"],
      [message([farPointer(1, 0, true)], [root, root]), "far pointer"],
      [message([farPointer(1, 0, true)], [farPointer(0, 0, true), root]), "far pointer"],
      [message([farPointer(1, 0, true)], [farPointer(0, 0), farPointer(0, 0)]), "far pointer"],
      [message([farPointer(1, 0, true)], [farPointer(9, 0), root]), "no segment"],
      [message([farPointer(1, 0, true)], [farPointer(0, 7), root]), "out of bounds"],
      [message([farPointer(1, 0)], [structPointer(0, 0, 2), 0n]), "out of bounds"],
    ] as const) {
      expect(refusal(Pointers, bytes)).toMatch(reason);
    }
  });

  test("a near pointer must stay in its segment", () => {
    expect(refusal(Pointers, message([root], [0n, 0n]))).toMatch("out of bounds");
    const bytes = message(
      [root, 0n, farPointer(1, 0)],
      [structPointer(0, 0, 2), 0n, 0n],
      [root, structPointer(-4, 0, 2), 0n],
    );
    expect(refusal(Pointers, bytes)).toBe("");
  });

  test("many segments are found quickly", () => {
    // Each struct is in a segment of its own, far from the next; then one too many.
    const chain = (length: number) =>
      message(
        ...Array.from({ length }, (_, i) => [
          structPointer(0, 0, 2),
          0n,
          i + 1 < length ? farPointer(i + 1, 0) : 0n,
        ]),
      );
    expect(refusal(Pointers, chain(60))).toBe("");
    expect(refusal(Pointers, chain(65))).toMatch("nested too deeply");
    const segments = Array.from({ length: 600 }, () => [0n]);
    expect(refusal(Pointers, message(...segments))).toMatch("not a whole message");
  });
});
