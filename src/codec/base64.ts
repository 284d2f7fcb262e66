// SPDX-License-Identifier: Apache-2.0
// Base64 as JSON carries it: RFC 4648, section 4, with padding.

/** So many bytes at a time become arguments of one call. */
const chunkSize = 4096;

export function toBase64(bytes: Uint8Array): string {
  let characters = "";
  for (let at = 0; at < bytes.length; at += chunkSize) {
    characters += String.fromCharCode(...bytes.subarray(at, at + chunkSize));
  }
  return btoa(characters);
}

/** Undefined when `text` is no base64. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  // atob() alone takes spaces, and does without padding.
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
