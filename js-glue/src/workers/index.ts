// SPDX-License-Identifier: Apache-2.0
// What users import from "cortado/workers", in the page and in the worker. Importing does nothing.
export type { PayloadChoice } from "../bus/pipe-socket.ts";
export { type Bus, type BusOptions, openBus } from "./bus.ts";
export type { LocalCarrier, LocalLinkOptions } from "./local-link.ts";
export { connectPage, type PageLink } from "./page-link.ts";
export { type PageSocket, pageSocket } from "./page-socket.ts";
export {
  connectWorker,
  type WorkerDiagnosis,
  type WorkerLink,
  type WorkerLinkOptions,
} from "./worker-link.ts";
