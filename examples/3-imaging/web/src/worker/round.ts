// SPDX-License-Identifier: Apache-2.0
// The work of the comparison: the same two functions, whichever way they are called.
import type { RoundService } from "../generated/imaging.cortado.ts";

export function next(number: number): number {
  return number + 1;
}

/** In place: what is measured is the way there and back. */
export function marked<Bytes extends Uint8Array<ArrayBufferLike>>(pixels: Bytes): Bytes {
  pixels[0] = next(pixels[0] ?? 0);
  return pixels;
}

export const round: RoundService = {
  ping: ({ number }) => ({ number: next(number) }),
  pass: ({ pixels }) => ({ pixels: marked(pixels) }),
};
