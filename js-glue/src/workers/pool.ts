// SPDX-License-Identifier: Apache-2.0
// Several workers that serve the same.
import { RpcError } from "../index.ts";
import { Crew, type CrewOptions } from "./crew.ts";
import type { LocalCarrier } from "./local-link.ts";
import type { MakeWorker, SeatState } from "./seat.ts";

export interface WorkerPoolOptions extends CrewOptions {
  /** Workers at most. Unless told, one fewer than the machine runs threads at one time. */
  readonly size?: number | undefined;
}

/** One of a pool's workers, as it is now. */
export interface PooledWorker {
  readonly state: SeatState;
  /** Calls in flight. */
  readonly busy: number;
  /** undefined while it is not there. */
  readonly carrier: LocalCarrier | undefined;
}

export class WorkerPool extends Crew {
  /** For workerPool(). */
  constructor(make: MakeWorker, { size = sizeDefault(), ...options }: WorkerPoolOptions) {
    super(make, checked(size), options);
  }

  /** Those that were started and are not about to leave. */
  get workers(): readonly PooledWorker[] {
    return this.seats.map(({ state, busy, link }) => ({ state, busy, carrier: link?.carrier }));
  }

  /** Workers at most. */
  override get size(): number {
    return super.size;
  }

  /**
   * Changes how many there are at most. Fulfilled when those that are too many have finished the
   * calls that they had; they get no more.
   */
  async resize(size: number): Promise<void> {
    await this.setSize(checked(size));
  }
}

function sizeDefault(): number {
  return Math.max((globalThis.navigator?.hardwareConcurrency ?? 2) - 1, 1);
}

function checked(size: number): number {
  if (Number.isInteger(size) && size >= 1) return size;
  throw new RpcError("invalid_argument", `a pool has one worker or more, not ${size}`);
}

/**
 * Workers that serve the same as one channel: `new ImagingClient(workerPool(() => new Worker(...)))`.
 * Each call goes to the worker with the fewest in flight. They are started as calls come: another one
 * when all that run are busy.
 */
export function workerPool(make: MakeWorker, options: WorkerPoolOptions = {}): WorkerPool {
  return new WorkerPool(make, options);
}
