// SPDX-License-Identifier: Apache-2.0
// What every candidate does with each of values.ts: object to bytes, and bytes to an equal object.
import { capnpEs } from "./capnp-es.ts";
import { cortado } from "./cortado.ts";
import { json } from "./json.ts";
import { type Values, values } from "./values.ts";

export { values };

export interface Codec<T> {
  encode(value: T): Uint8Array;
  decode(bytes: Uint8Array): T;
}

export type Candidate = { readonly [Name in keyof Values]: Codec<Values[Name]> };

export const candidates: Readonly<Record<string, Candidate>> = {
  Cortado: cortado,
  "capnp-es": capnpEs,
  JSON: json,
};
