// SPDX-License-Identifier: Apache-2.0
// What users import from "cortado/workers", in the page and in the worker. Importing does nothing.
export { connectPage, type PageLink } from "./page-link.ts";
export type { PortLinkOptions } from "./port-link.ts";
export { connectWorker, type WorkerLink, type WorkerLinkOptions } from "./worker-link.ts";
