// SPDX-License-Identifier: Apache-2.0
// Values in JSON, in the shape of rpc/json.hpp. Generated code lists the members of a struct with
// their types, and these functions do the rest: calls that travel as JSON spend their time in
// fetch, so here small is better than fast. Every value is checked, and errors name its place.
import { fromBase64, toBase64 } from "./base64.ts";
import { mismatch } from "./errors.ts";
import { lengthOf } from "./length-of.ts";
import type { JsonType, StructCodec } from "./types.ts";

/** A type by its conversion, which gives undefined for what is not of the type. */
function scalar(
  expected: string,
  missing: unknown,
  convert: (value: unknown, isJson: boolean) => unknown,
): JsonType {
  return (value, isJson, path) =>
    value === undefined ? missing : (convert(value, isJson) ?? mismatch(expected, value, path));
}

function whole(min: number, max: number): JsonType {
  return scalar(`a whole number from ${min} to ${max}`, 0, (value) =>
    Number.isInteger(value) && (value as number) >= min && (value as number) <= max
      ? value
      : undefined,
  );
}

/** A decimal string; a number is taken, too, if it is exact. */
function long(expected: string, fit: (value: bigint) => bigint): JsonType {
  return scalar(expected, 0n, (value, isJson) => {
    if (!isJson) return typeof value === "bigint" && fit(value) === value ? `${value}` : undefined;
    const isLong =
      typeof value === "string" ? /^-?(0|[1-9]\d*)$/.test(value) : Number.isSafeInteger(value);
    const number = isLong ? BigInt(value as string) : -1n;
    return isLong && fit(number) === number ? number : undefined;
  });
}

/** What JSON has no number for is a string. */
function float(round: (value: number) => number): JsonType {
  return scalar("a number", 0, (value, isJson) => {
    if (!isJson) {
      if (typeof value !== "number") return undefined;
      return Number.isFinite(value) ? value : `${value}`;
    }
    if (value === "NaN" || value === "Infinity" || value === "-Infinity") return Number(value);
    return Number.isFinite(value) && Number.isFinite(round(value as number))
      ? round(value as number)
      : undefined;
  });
}

export const jsonBool: JsonType = /*#__PURE__*/ scalar("true or false", false, (value) =>
  typeof value === "boolean" ? value : undefined,
);
export const jsonInt8: JsonType = /*#__PURE__*/ whole(-128, 127);
export const jsonInt16: JsonType = /*#__PURE__*/ whole(-32768, 32767);
export const jsonInt32: JsonType = /*#__PURE__*/ whole(-2147483648, 2147483647);
export const jsonUint8: JsonType = /*#__PURE__*/ whole(0, 255);
export const jsonUint16: JsonType = /*#__PURE__*/ whole(0, 65535);
export const jsonUint32: JsonType = /*#__PURE__*/ whole(0, 4294967295);
export const jsonInt64: JsonType = /*#__PURE__*/ long("a 64-bit integer", (value) =>
  BigInt.asIntN(64, value),
);
export const jsonUint64: JsonType = /*#__PURE__*/ long("an unsigned 64-bit integer", (value) =>
  BigInt.asUintN(64, value),
);
export const jsonFloat32: JsonType = /*#__PURE__*/ float(Math.fround);
export const jsonFloat64: JsonType = /*#__PURE__*/ float(Number);
export const jsonText: JsonType = /*#__PURE__*/ scalar("a string", "", (value) =>
  typeof value === "string" ? value : undefined,
);

/** Bytes, as base64. */
export const jsonData: JsonType = (value, isJson, path) => {
  if (value === undefined) return new Uint8Array(0);
  if (isJson) {
    return (typeof value === "string" && fromBase64(value)) || mismatch("base64", value, path);
  }
  return value instanceof Uint8Array ? toBase64(value) : mismatch("a Uint8Array", value, path);
};

export const jsonVoid: JsonType = (value, _, path) =>
  (value ?? null) === null ? null : mismatch("null", value, path);

/** By name; by number where the name is not known. */
export function jsonEnum(names: readonly string[]): JsonType {
  return scalar(`one of ${names.join(", ")}`, names[0], (value) =>
    typeof value === "number" && (value & 0xffff) === value
      ? (names[value] ?? value)
      : names.find((name) => name === value),
  );
}

export function jsonList(element: JsonType): JsonType {
  return (value, isJson, path) => {
    if (value === undefined) return [];
    // Messages are written from typed arrays and their like, too.
    const isList = isJson ? Array.isArray(value) : lengthOf(value) >= 0;
    if (!isList) mismatch("an array", value, path);
    return Array.from(value as ArrayLike<unknown>, (item, i) => {
      path.push(i);
      const converted = element(item ?? null, isJson, path);
      path.pop();
      return converted;
    });
  };
}

/** A field with a default that its type does not have. */
export function jsonDefault(type: JsonType, missing: () => unknown): JsonType {
  return (value, isJson, path) => (value === undefined ? missing() : type(value, isJson, path));
}

/** A pointer to a struct; one that is null is left out. */
export function jsonStruct(codec: StructCodec<unknown, unknown>): JsonType {
  return (value, isJson, path) => (value === undefined ? value : codec.json(value, isJson, path));
}
