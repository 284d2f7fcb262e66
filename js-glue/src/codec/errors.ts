// SPDX-License-Identifier: Apache-2.0
// What the codec throws.
import type { JsonPath } from "./types.ts";

/** A message, a value or JSON that is not what the schema says. `message` says what and where. */
export class CodecError extends Error {
  override readonly name = "CodecError";
}

export function fail(text: string): never {
  throw new CodecError(text);
}

/** Of a value to be written, whose place is not known. */
export function wrong(value: unknown): never {
  fail(`${String(value)} is of the wrong type or out of range`);
}

/** Of a value or JSON, whose place is. */
export function mismatch(expected: string, value: unknown, path: JsonPath): never {
  const steps = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`));
  const isShort =
    (value ?? null) === null || typeof value === "number" || typeof value === "bigint";
  const found = isShort ? value : Array.isArray(value) ? "an array" : `a ${typeof value}`;
  fail(`${steps.join("").slice(1) || "value"}: expected ${expected}, found ${found}`);
}
