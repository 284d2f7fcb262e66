// SPDX-License-Identifier: Apache-2.0
// Whether a call can be made a second time by its params: not when bytes of theirs went with the first.
import { wasGiven } from "../bus/local-socket.ts";

export function holdsGiven(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (value instanceof Uint8Array) return wasGiven(value);
  if (ArrayBuffer.isView(value)) return false;
  return Object.values(value).some(holdsGiven);
}
