// SPDX-License-Identifier: Apache-2.0
// Text of ASCII to bytes and back, for the ideal clients: for 64 characters the fastest ways of
// those tried in Chromium 156. Writing takes 0.14 µs (TextEncoder.encodeInto 0.43), reading sixteen
// at a time 0.23 (one at a time 0.78, as each is a string to be joined; TextDecoder 0.33).

export function writeAscii(text: string, bytes: Uint8Array, offset: number): void {
  for (let index = 0; index < text.length; ++index) bytes[offset + index] = text.charCodeAt(index);
}

export function readAscii(view: DataView, offset: number, size: number): string {
  const end = offset + size;
  let text = "";
  let at = offset;
  for (; at + 16 <= end; at += 16) {
    text += String.fromCharCode(
      view.getUint8(at),
      view.getUint8(at + 1),
      view.getUint8(at + 2),
      view.getUint8(at + 3),
      view.getUint8(at + 4),
      view.getUint8(at + 5),
      view.getUint8(at + 6),
      view.getUint8(at + 7),
      view.getUint8(at + 8),
      view.getUint8(at + 9),
      view.getUint8(at + 10),
      view.getUint8(at + 11),
      view.getUint8(at + 12),
      view.getUint8(at + 13),
      view.getUint8(at + 14),
      view.getUint8(at + 15),
    );
  }
  for (; at < end; ++at) text += String.fromCharCode(view.getUint8(at));
  return text;
}
