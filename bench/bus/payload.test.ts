// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { checkOf, stamp } from "./payload.ts";

function stamped(size: number, sequence: number): Uint8Array {
  const payload = new Uint8Array(size);
  stamp(payload, sequence);
  return payload;
}

test("the check of each call is another one", () => {
  const checks = Array.from({ length: 1000 }, (_, sequence) => checkOf(stamped(64, sequence)));
  // Bytes are the same again after 256.
  expect(new Set(checks).size).toBe(256);
});

test.each([0, 63])("a payload that differs in byte %i is noticed", (index) => {
  const payload = stamped(64, 7);
  const check = checkOf(payload);
  payload[index] = (payload[index] ?? 0) ^ 1;
  expect(checkOf(payload)).not.toBe(check);
});

test("a payload of another size is noticed", () => {
  expect(checkOf(new Uint8Array(64))).not.toBe(checkOf(new Uint8Array(65)));
});

test("a part of other bytes is checked as it is alone", () => {
  const bytes = new Uint8Array(100).fill(9);
  bytes.set(stamped(64, 7), 20);
  expect(checkOf(bytes, 20, 64)).toBe(checkOf(stamped(64, 7)));
});
