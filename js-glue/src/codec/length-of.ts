// SPDX-License-Identifier: Apache-2.0

/** The length of an array or its like; -1 of anything else. Positions in a message depend on it. */
export function lengthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return -1;
  const { length } = value as ArrayLike<unknown>;
  return length >>> 0 === length ? length : -1;
}
