// SPDX-License-Identifier: Apache-2.0
// `cortado/codec`: what code generated from a schema stands on.

// For users:
export { CodecError } from "./errors.ts";
export type {
  CallOptions,
  Channel,
  InitOf,
  MethodDescriptor,
  ServerCall,
  ServiceDescriptor,
  StructCodec,
  UnknownEnumerant,
  UnknownMember,
} from "./types.ts";

// For carriers:
export { MessageReader } from "./reader.ts";
export type { Arena, JsonPath, JsonType } from "./types.ts";
export { MessageWriter } from "./writer.ts";

// For generated code:
export { fromBase64 } from "./base64.ts";
export { jsonFields } from "./json-fields.ts";
export * from "./json-types.ts";
export { attach, attachMember, keep } from "./keep.ts";
export * from "./read-values.ts";
export { structCodec } from "./struct-codec.ts";
export * from "./write-values.ts";
