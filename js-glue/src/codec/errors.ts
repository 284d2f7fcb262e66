// SPDX-License-Identifier: Apache-2.0
// What the codec throws.

/** A message, a value or JSON that is not what the schema says. `message` says what and where. */
export class CodecError extends Error {
  override readonly name = "CodecError";
}

export function fail(text: string): never {
  throw new CodecError(text);
}
