// SPDX-License-Identifier: Apache-2.0
// What users say to a crew, and are told by it.
import type { RpcError } from "../index.ts";
import type { RestartChoice } from "./restart.ts";
import type { WorkerLinkOptions } from "./worker-link.ts";

export interface CrewOptions extends WorkerLinkOptions {
  /** Whether a worker that has ended is replaced, and how often that is tried. Default: true. */
  readonly restart?: RestartChoice | undefined;
}

/** What became of a worker. */
export interface RestartEvent {
  /** `restarting`: it has ended, and is replaced. `up`: it was. `failed`: it is given up. */
  readonly state: "restarting" | "up" | "failed";
  /** Why it has ended; undefined of `up`. */
  readonly error: RpcError | undefined;
  /** Milliseconds until its successor is started. */
  readonly inMs: number;
}

export interface SwapOptions {
  /** Milliseconds that predecessors may take to finish their calls; 0: for ever. Default: 30,000. */
  readonly drainMs?: number | undefined;
}

/** New calls go to the successor. */
export interface Swapped {
  /** Fulfilled when the predecessors have ended. */
  readonly drained: Promise<void>;
}
