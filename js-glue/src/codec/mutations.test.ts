// SPDX-License-Identifier: Apache-2.0
// Good messages made bad at random: each is read, or refused with a CodecError.
import { expect, test } from "vitest";
import * as evolution from "../../../codegen/golden/evolution_v2.cortado.ts";
import { Lists } from "../../../codegen/golden/lists.cortado.ts";
import { Named, Shape } from "../../../codegen/golden/unions.cortado.ts";
import { message, Random, word } from "../../test/messages.ts";
import { refusal } from "../../test/refusal.ts";
import type { StructCodec } from "./index.ts";

const originals: [StructCodec<unknown, never>, Uint8Array][] = [
  [
    Lists,
    Lists.encode({
      int32s: [1, 2, 3],
      bools: [true, false],
      texts: ["a", "longer than a word"],
      smalls: [{ number: 1 }, { number: 2 }],
      pointers: [{ text: "x", next: { text: "y" } }],
      deep: [[[1], [2, 3]]],
      datas: [Uint8Array.of(1)],
    }),
  ],
  [Shape, Shape.encode({ name: "n", which: "polygon", polygon: [{ x: 1 }, { y: 2 }] })],
  [
    Named,
    Named.encode({
      first: { which: "b", b: "t" },
      second: { which: "d", d: { inner: { which: "g", g: ["1", "2"] } } },
      plain: { deeper: { l: { first: { which: "b", b: "u" } } } },
    }),
  ],
  [
    evolution.Basket,
    evolution.Basket.encode({
      items: [{ id: 1, name: "n", which: "note", note: "x", tags: ["a"], parent: { id: 2 } }],
      owner: "o",
      coupons: ["c"],
    }),
  ],
];

test("cut at every byte", () => {
  for (const [codec, bytes] of originals) {
    for (let size = 0; size < bytes.length; ++size) {
      expect(refusal(codec, bytes.slice(0, size))).toMatch("not a whole message");
    }
  }
});

test("every single bit flipped: read or refused, and written again if read", () => {
  for (const [codec, bytes] of originals) {
    for (let bit = 0; bit < bytes.length * 8; ++bit) {
      const mutated = bytes.slice();
      mutated[bit >> 3] = (mutated[bit >> 3] as number) ^ (1 << (bit & 7));
      if (refusal(codec, mutated) === "") codec.encode(codec.decode(mutated) as never);
    }
  }
});

test("many bits and words at random", () => {
  const random = new Random(20_261_121);
  let refused = 0;
  const rounds = 20_000;
  for (let round = 0; round < rounds; ++round) {
    const [codec, bytes] = random.pick(originals);
    const mutated = bytes.slice();
    const view = new DataView(mutated.buffer);
    for (let i = random.below(4); i >= 0; --i) {
      // Any word may become a pointer near the others.
      const at = 8 + random.below(bytes.length / 8 - 1) * 8;
      if (random.bool()) {
        view.setUint8(at + random.below(8), random.below(256));
      } else {
        view.setInt32(at, (random.below(64) - 32) * 4 + random.below(4), true);
        view.setUint32(at + 4, random.below(64), true);
      }
    }
    if (refusal(codec, mutated) !== "") ++refused;
    else codec.encode(codec.decode(mutated) as never);
  }
  expect(refused).toBeGreaterThan(rounds / 10);
  expect(refused).toBeLessThan(rounds);
});

test("nothing but noise", () => {
  const random = new Random(7);
  for (let round = 0; round < 2000; ++round) {
    const words = Array.from({ length: random.below(40) }, () =>
      word(random.uint32(), random.uint32() >>> random.below(32)),
    );
    refusal(Lists, message(words));
    refusal(Named, message(words, words));
  }
});
