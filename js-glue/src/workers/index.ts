// SPDX-License-Identifier: Apache-2.0
// What users import from "cortado/workers", in the page and in the worker. Importing does nothing.
export type { PayloadChoice } from "../bus/pipe-socket.ts";
export { type Bus, type BusOptions, openBus } from "./bus.ts";
export { connectWorker } from "./connect-worker.ts";
export type { CrewOptions, RestartEvent, SwapOptions, Swapped } from "./crew.ts";
export type { LocalCarrier, LocalLinkOptions } from "./local-link.ts";
export type { Manifest, ManifestEntry } from "./manifest.ts";
export { connectPage, type PageLink } from "./page-link.ts";
export { type PooledWorker, type WorkerPool, type WorkerPoolOptions, workerPool } from "./pool.ts";
export type { RestartChoice, RestartOptions } from "./restart.ts";
export type { MakeWorker, SeatState } from "./seat.ts";
export type { SupervisedLink, SupervisedState } from "./supervised-link.ts";
export { type SyncClient, syncClient } from "./sync-client.ts";
export {
  type ManifestEvent,
  type ManifestScript,
  type ManifestWatch,
  type ManifestWatchOptions,
  watchManifest,
} from "./watch-manifest.ts";
export type { WorkerDiagnosis, WorkerLink, WorkerLinkOptions } from "./worker-link.ts";
