// SPDX-License-Identifier: Apache-2.0
// How a page connects to a worker: one that it has, or one that it makes as often as it takes.
import type { CrewOptions } from "./crew.ts";
import type { MakeWorker } from "./seat.ts";
import { SupervisedLink } from "./supervised-link.ts";
import { WorkerLink, type WorkerLinkOptions } from "./worker-link.ts";

/**
 * A worker as a channel for generated clients: `new ImagingClient(connectWorker(worker))`. At once:
 * calls wait until the worker has called connectPage(). Call it in the turn in which the worker is
 * made, so that no message is missed.
 *
 * Given a function that makes the worker, `connectWorker(() => new Worker(...))`, it is replaced when
 * it ends, however it does, and terminated by close().
 */
export function connectWorker(worker: Worker, options?: WorkerLinkOptions): WorkerLink;
export function connectWorker(worker: MakeWorker, options?: CrewOptions): SupervisedLink;
export function connectWorker(
  worker: Worker | MakeWorker,
  options: CrewOptions = {},
): WorkerLink | SupervisedLink {
  return typeof worker === "function"
    ? new SupervisedLink(worker, options)
    : new WorkerLink(worker, options);
}
