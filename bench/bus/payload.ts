// SPDX-License-Identifier: Apache-2.0
// What is checked of a payload: a few of its bytes, from the first to the last, so that checking
// 64 MiB costs what checking 64 bytes does. They are other ones in each call.

const checkedBytes = 8;

function indexOf(checked: number, size: number): number {
  return Math.floor((checked * (size - 1)) / (checkedBytes - 1));
}

/** Writes the bytes that are checked. */
export function stamp(payload: Uint8Array, sequence: number): void {
  for (let checked = 0; checked < checkedBytes; ++checked) {
    payload[indexOf(checked, payload.length)] = sequence * (2 * checked + 1) + checked;
  }
}

/** A number of them: 32 bits without a sign, in which their places count. */
export function checkOf(bytes: Uint8Array, begin = 0, size = bytes.length): number {
  let check = size;
  for (let checked = 0; checked < checkedBytes; ++checked) {
    check = Math.imul(check, 31) + (bytes[begin + indexOf(checked, size)] ?? 0);
  }
  return check >>> 0;
}
