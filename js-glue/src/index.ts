// SPDX-License-Identifier: Apache-2.0
// What users import from "cortado". Importing does nothing: everything begins with connect().

// For integrators: what the types above are made of.
// For the package's other modules, which would otherwise have a second copy. Not for users: they may
// change with any release.
export { Backoff } from "./backoff.ts";
export { refusal } from "./call-errors.ts";
export type { CallMore, CarrierName } from "./call-settings.ts";
export { wholeTimeoutMs } from "./call-settings.ts";
export { Caller } from "./caller.ts";
export {
  type CarrierChoice,
  type Client,
  type ClientState,
  openClients,
  type StateChange,
} from "./client.ts";
export { describeClose } from "./close-reason.ts";
export type {
  CallOptions,
  Channel,
  ItemStream,
  Items,
  MethodDescriptor,
  ServerCall,
  Service,
  StructCodec,
} from "./codec/index.ts";
export { type ConnectOptions, connect } from "./connect.ts";
export type { Core } from "./core.ts";
export type { Diagnosis, Finding } from "./diagnosis.ts";
export { environmentFindings } from "./diagnosis.ts";
export type { WebSocketConstructor } from "./early-socket.ts";
export { EarlySocket } from "./early-socket.ts";
export { abortError, deadlineError, type ErrorDetails, RpcError } from "./errors.ts";
export { endThatAccepts, endThatConnects } from "./generated/abi.ts";
export type { StatusCode } from "./generated/protocol.ts";
export { Link, type LinkListener } from "./link.ts";
export type { WasmSource } from "./load-core.ts";
export { loadCore } from "./load-core.ts";
export type { CallAgain } from "./own-calls.ts";
export type { ServedMethod } from "./served-calls.ts";
export { Services } from "./services.ts";
export type { ConnectionHistory } from "./socket-carrier.ts";
