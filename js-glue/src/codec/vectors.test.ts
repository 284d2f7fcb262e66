// SPDX-License-Identifier: Apache-2.0
// The golden messages of schema/vectors/data, which C++ reads and writes in the same way.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as generated from "../../../schema/vectors/generated/vectors.cortado.ts";
import { CodecError, type StructCodec } from "./index.ts";

/** See schema/vectors/README.md. */
interface Vector {
  readonly name: string;
  readonly struct: string;
  readonly bin?: string;
  readonly json?: string | null;
  readonly input?: string;
  readonly rewritten?: string | null;
}

const folder = new URL("../../../schema/vectors/data/", import.meta.url);
const bytesOf = (name: string) => new Uint8Array(readFileSync(new URL(`${name}.bin`, folder)));
const textOf = (name: string) => readFileSync(new URL(`${name}.json`, folder), "utf8");
const index: readonly Vector[] = JSON.parse(textOf("index"));
const readable = index.filter((vector) => vector.json !== null);

function codecOf({ struct }: Vector): StructCodec<unknown, unknown> {
  const codec = (generated as Record<string, unknown>)[struct];
  if (codec === undefined) throw new Error(`vectors.capnp has no ${struct}`);
  return codec as StructCodec<unknown, unknown>;
}

/** Only what the JSON states: what it does not is not written. */
function stated(value: unknown, json: unknown): unknown {
  if (Array.isArray(value) && Array.isArray(json)) return value.map((v, i) => stated(v, json[i]));
  const isObject = typeof value === "object" && value !== null && !(value instanceof Uint8Array);
  if (!isObject || typeof json !== "object" || json === null) return value;
  const members = json as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => name === "which" || name in members)
      .map(([name, member]) => [name, stated(member, members[name])]),
  );
}

function written(vector: Vector, name: string): Buffer {
  const json: unknown = JSON.parse(textOf(name));
  const codec = codecOf(vector);
  return Buffer.from(codec.encode(stated(codec.fromJson(json), json)));
}

/** Float32 has several spellings of one number: both sides are brought to one. */
function spelled(value: unknown): unknown {
  if (typeof value === "number") return Math.fround(value);
  if (Array.isArray(value)) return value.map(spelled);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, spelled(item)]));
}

test("there are vectors, and of every struct", () => {
  expect(index.length).toBeGreaterThan(80);
});

describe("what is read is the JSON beside it", () => {
  test.each(readable)("$name", (vector) => {
    const codec = codecOf(vector);
    const json: unknown = JSON.parse(textOf(vector.json ?? vector.name));
    const value = codec.decode(bytesOf(vector.bin ?? vector.name));
    expect(spelled(codec.toJson(value))).toEqual(spelled(json));
    expect(codec.toJson(codec.fromJson(json))).toEqual(codec.toJson(value));
  });
});

describe("what is written are the same bytes", () => {
  test.each(readable)("$name", (vector) => {
    const { name, bin = name, json = name, input, rewritten = bin } = vector;
    if (input !== undefined) expect(written(vector, input).equals(bytesOf(bin))).toBe(true);
    if (json !== null && rewritten !== null) {
      expect(written(vector, json).equals(bytesOf(rewritten))).toBe(true);
    }
  });
});

describe("what was read can be written again", () => {
  test.each(readable)("$name", (vector) => {
    const codec = codecOf(vector);
    const value = codec.decode(bytesOf(vector.bin ?? vector.name));
    const again = codec.decode(codec.encode(value));
    expect(again).toEqual(value);
    expect(codec.encode(again)).toEqual(codec.encode(value));
  });
});

test("what an older schema does not know is there when a newer one reads it again", () => {
  const { BoxV1, BoxV2 } = generated;
  const newer = BoxV2.decode(bytesOf("box"));
  const again = BoxV2.decode(BoxV1.encode(BoxV1.decode(bytesOf("box"))));
  expect(again).toEqual(newer);
});

describe("what cannot be trusted is refused", () => {
  test.each(index.filter((vector) => vector.json === null))("$name", (vector) => {
    expect(() => codecOf(vector).decode(bytesOf(vector.bin ?? vector.name))).toThrow(CodecError);
  });
});
