// SPDX-License-Identifier: Apache-2.0
// Text of ASCII to bytes and back, as short strings are best done by hand. For the ideal clients.

export function writeAscii(text: string, bytes: Uint8Array, offset: number): void {
  for (let index = 0; index < text.length; ++index) bytes[offset + index] = text.charCodeAt(index);
}

export function readAscii(bytes: Uint8Array, offset: number, size: number): string {
  let text = "";
  for (let index = offset; index < offset + size; ++index) {
    text += String.fromCharCode(bytes[index] as number); // inside the array: the caller checked
  }
  return text;
}
