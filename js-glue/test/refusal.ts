// SPDX-License-Identifier: Apache-2.0
import { CodecError, type StructCodec } from "../src/codec/index.ts";

/** "" when it was read; every other error than a CodecError fails the test. */
export function refusal(codec: StructCodec<unknown, never>, bytes: Uint8Array): string {
  try {
    codec.decode(bytes);
    return "";
  } catch (error) {
    if (error instanceof CodecError) return error.message;
    throw error;
  }
}
