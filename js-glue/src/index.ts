// SPDX-License-Identifier: Apache-2.0
// What users import from "cortado". Importing does nothing: everything begins with connect().

// For integrators: what the types above are made of.
export type { CarrierName } from "./call-settings.ts";
export type { CarrierChoice, Client, ClientState, StateChange } from "./client.ts";
export type { CallOptions, Channel, ItemStream, Items, ServerCall } from "./codec/index.ts";
export { type ConnectOptions, connect } from "./connect.ts";
export type { Diagnosis, Finding } from "./diagnosis.ts";
export type { WebSocketConstructor } from "./early-socket.ts";
export { type ErrorDetails, RpcError } from "./errors.ts";
export type { StatusCode } from "./generated/protocol.ts";
export type { WasmSource } from "./load-core.ts";
export type { ConnectionHistory } from "./socket-carrier.ts";
