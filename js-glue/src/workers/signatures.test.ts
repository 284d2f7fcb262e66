// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from "vitest";
import * as interfaces from "../../../codegen/golden/interfaces.cortado.ts";
import * as unions from "../../../codegen/golden/unions.cortado.ts";
import { adderService } from "../../test/adder.ts";
import { feed } from "../../test/feed.ts";
import { type MethodSignature, misfit, signaturesOf } from "./signatures.ts";

const before = signaturesOf([adderService({}), feed({})]);

/** The same, but for one method. */
function withOne(name: string, change: (method: MethodSignature) => MethodSignature) {
  return before.map((method) => (method.name === name ? change(method) : method));
}

test("tell names, kinds, sizes and members", () => {
  const terms = { shape: 65_537, members: ["a: number", "b: number", "note: string"] };
  const sum = { shape: 65_537, members: ["sum: number", "note: string"] };
  expect(signaturesOf([adderService({})])[0]).toEqual({
    key: "2596069104.4275852920.0",
    name: "Adder.add",
    kind: 0,
    params: terms,
    results: sum,
  });
  const kinds = signaturesOf([feed({})]).map(({ name, kind }) => [name, kind]);
  expect(kinds).toContainEqual(["Feed.upload", 1]);
  expect(kinds).toContainEqual(["Feed.chat", 3]);
});

test("can be told of all that is generated, and be posted", () => {
  const descriptors = [...Object.values(interfaces), ...Object.values(unions)].filter(
    (each): each is never => typeof each === "object" && "methods" in each,
  );
  expect(descriptors.length).toBeGreaterThan(2);
  const told = signaturesOf(descriptors.map((descriptor) => ({ descriptor, implementation: {} })));
  expect(structuredClone(told)).toEqual(told);
  expect(misfit(told, told)).toBeUndefined();
});

describe("a successor fits", () => {
  test("when it serves the same, or more", () => {
    expect(misfit(before, before)).toBeUndefined();
    expect(misfit(before.slice(2), before)).toBeUndefined();
    expect(misfit([], [])).toBeUndefined();
  });

  test("when structs have grown", () => {
    const grown = withOne("Adder.add", (method) => ({
      ...method,
      params: { shape: 2 + 2 * 65_536, members: [...method.params.members, "c: number"] },
    }));
    expect(misfit(before, grown)).toBeUndefined();
    expect(misfit(grown, before)).toBe('the params of Adder.add have no "c: number"');
  });
});

describe("a successor does not fit", () => {
  test("when a method is missing", () => {
    const fewer = before.filter(({ name }) => name !== "Feed.chat");
    expect(misfit(before, fewer)).toBe("it does not serve Feed.chat");
  });

  test("when a method has become a stream", () => {
    const other = withOne("Adder.look", (method) => ({ ...method, kind: 2 }));
    expect(misfit(before, other)).toBe("Adder.look streams in other directions");
  });

  test("when a member has another type", () => {
    const other = withOne("Adder.add", (method) => ({
      ...method,
      results: { ...method.results, members: ["sum: bigint", "note: string"] },
    }));
    expect(misfit(before, other)).toBe('the results of Adder.add have no "sum: number"');
  });

  test("when a struct is smaller, in words or in pointers", () => {
    for (const shape of [65_536, 1]) {
      const other = withOne("Adder.add", (method) => ({
        ...method,
        params: { ...method.params, shape },
      }));
      expect(misfit(before, other)).toBe("the params of Adder.add are smaller than they were");
    }
  });
});
