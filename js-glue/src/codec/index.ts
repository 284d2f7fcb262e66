// SPDX-License-Identifier: Apache-2.0
// `cortado/codec`: what code generated from a schema stands on.

// For generated code:
export { fromBase64 } from "./base64.ts";
// For users:
export { CodecError } from "./errors.ts";
export { jsonFields, jsonUnion } from "./json-fields.ts";
export * from "./json-types.ts";
export { attach, attachMember, keep } from "./keep.ts";
export * from "./read-values.ts";
// For carriers:
export { MessageReader } from "./reader.ts";
export { structCodec } from "./struct-codec.ts";
export type {
  Arena,
  CallOptions,
  Channel,
  InitOf,
  ItemStream,
  Items,
  JsonPath,
  JsonType,
  MethodDescriptor,
  ServerCall,
  Service,
  ServiceDescriptor,
  StructCodec,
  UnknownEnumerant,
  UnknownMember,
} from "./types.ts";
export * from "./write-lists.ts";
export * from "./write-numbers.ts";
export * from "./write-values.ts";
export { MessageWriter } from "./writer.ts";
