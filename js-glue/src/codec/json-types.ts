// SPDX-License-Identifier: Apache-2.0
// Values in JSON, in the shape of rpc/json.hpp. Generated code lists the members of a struct with
// their types, and these objects do the rest: calls that travel as JSON spend their time in
// fetch, so here small is better than fast. Every value is checked, and a problem names its place.
import { fromBase64, toBase64 } from "./base64.ts";
import { Problem } from "./errors.ts";
import type { JsonType, StructCodec } from "./types.ts";

function found(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  if (value === null) return "null";
  return Array.isArray(value) ? "an array" : `a value of type ${typeof value}`;
}

export function mismatch(expected: string, value: unknown): never {
  throw new Problem(`expected ${expected}, found ${found(value)}`);
}

/** A type with two conversions, each of which gives undefined for what it does not take. */
function scalar(
  expected: string,
  missing: () => unknown,
  toJson: (value: unknown) => unknown,
  fromJson: (json: unknown) => unknown = toJson,
): JsonType {
  return {
    toJson: (value) => toJson(value) ?? mismatch(expected, value),
    fromJson: (json) => fromJson(json) ?? mismatch(expected, json),
    missing,
  };
}

function whole(min: number, max: number): JsonType {
  return scalar(
    `a whole number from ${min} to ${max}`,
    () => 0,
    (value) =>
      Number.isInteger(value) && (value as number) >= min && (value as number) <= max
        ? value
        : undefined,
  );
}

/** A decimal string; a number is taken, too, if it is exact. */
function long(expected: string, fit: (value: bigint) => bigint): JsonType {
  const inRange = (value: bigint) => (fit(value) === value ? value : undefined);
  return scalar(
    expected,
    () => 0n,
    (value) => (typeof value === "bigint" ? inRange(value)?.toString() : undefined),
    (json) =>
      Number.isSafeInteger(json) || (typeof json === "string" && /^-?(0|[1-9]\d*)$/.test(json))
        ? inRange(BigInt(json as number | string))
        : undefined,
  );
}

/** What JSON has no number for is a string. */
function float(expected: string, round: (value: number) => number): JsonType {
  return scalar(
    expected,
    () => 0,
    (value) => {
      if (typeof value !== "number") return undefined;
      return Number.isFinite(value) ? value : String(value);
    },
    (json) => {
      if (json === "NaN" || json === "Infinity" || json === "-Infinity") return Number(json);
      return typeof json === "number" && Number.isFinite(round(json)) ? round(json) : undefined;
    },
  );
}

export const jsonVoid: JsonType = {
  toJson: (value) => (value === null ? value : mismatch("null", value)),
  fromJson: (json) => (json === null ? json : mismatch("null", json)),
  missing: () => null,
};
export const jsonBool: JsonType = /*#__PURE__*/ scalar(
  "true or false",
  () => false,
  (value) => (typeof value === "boolean" ? value : undefined),
);
export const jsonInt8: JsonType = /*#__PURE__*/ whole(-128, 127);
export const jsonInt16: JsonType = /*#__PURE__*/ whole(-32768, 32767);
export const jsonInt32: JsonType = /*#__PURE__*/ whole(-2147483648, 2147483647);
export const jsonUint8: JsonType = /*#__PURE__*/ whole(0, 255);
export const jsonUint16: JsonType = /*#__PURE__*/ whole(0, 65535);
export const jsonUint32: JsonType = /*#__PURE__*/ whole(0, 4294967295);
export const jsonInt64: JsonType = /*#__PURE__*/ long("a whole number of 64 bits, signed", (value) =>
  BigInt.asIntN(64, value),
);
export const jsonUint64: JsonType = /*#__PURE__*/ long("a whole number of 64 bits, from 0", (value) =>
  BigInt.asUintN(64, value),
);
export const jsonFloat32: JsonType = /*#__PURE__*/ float("a number of 32 bits", Math.fround);
export const jsonFloat64: JsonType = /*#__PURE__*/ float("a number", (value) => value);
export const jsonText: JsonType = /*#__PURE__*/ scalar(
  "a string",
  () => "",
  (value) => (typeof value === "string" ? value : undefined),
);
export const jsonData: JsonType = /*#__PURE__*/ scalar(
  "bytes (base64 in JSON)",
  () => new Uint8Array(0),
  (value) => (value instanceof Uint8Array ? toBase64(value) : undefined),
  (json) => (typeof json === "string" ? fromBase64(json) : undefined),
);

/** By name; by number where the name is not known. */
export function jsonEnum(names: readonly string[]): JsonType {
  const name = (value: unknown) =>
    typeof value === "number"
      ? (names[value] ?? jsonUint16.toJson(value))
      : names.find((known) => known === value);
  return scalar(`one of ${names.join(", ")}`, () => name(0), name);
}

/** Runs `convert`, and says of a problem in which member or element it was. */
export function inside<T>(step: string | number, convert: () => T): T {
  try {
    return convert();
  } catch (problem) {
    throw problem instanceof Problem ? problem.inside(step) : problem;
  }
}

/** Elements are taken from typed arrays, too, as they are when a message is written. */
export function jsonList(element: JsonType): JsonType {
  const each = (values: ArrayLike<unknown>, convert: (value: unknown) => unknown) =>
    Array.from(values, (value, i) => inside(i, () => convert(value)));
  return {
    toJson: (value) =>
      Array.isArray(value) || ArrayBuffer.isView(value)
        ? each(value as unknown as ArrayLike<unknown>, element.toJson)
        : mismatch("a list", value),
    fromJson: (json) =>
      Array.isArray(json) ? each(json, element.fromJson) : mismatch("an array", json),
    missing: () => [],
  };
}

/** A field with a default that its type does not have. */
export function jsonDefault(type: JsonType, missing: () => unknown): JsonType {
  return { toJson: type.toJson, fromJson: type.fromJson, missing };
}

/** A pointer to a struct; one that is null is left out. */
export function jsonStruct(codec: StructCodec<never, never>): JsonType {
  return {
    toJson: (value) => codec.json.toJson(value),
    fromJson: (json) => codec.json.fromJson(json),
    missing: () => undefined,
  };
}
