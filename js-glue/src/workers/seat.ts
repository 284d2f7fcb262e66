// SPDX-License-Identifier: Apache-2.0
// The place of one worker in a crew: it is started here, replaced when it ends, and terminated, as
// whoever makes a worker has to. Which calls it gets is the crew's affair.
import { type CallAgain, RpcError, type Service } from "../index.ts";
import { CrewLink } from "./crew-link.ts";
import { type RestartChoice, RestartPlan } from "./restart.ts";
import type { WorkerLinkOptions } from "./worker-link.ts";

export type MakeWorker = () => Worker;

/**
 * `starting`: it has not called connectPage() yet. `waiting`: it has ended, and its successor waits
 * for its time. `leaving`: it gets no more calls, and finishes those that it has.
 */
export type SeatState = "starting" | "up" | "waiting" | "leaving" | "over";

export interface SeatListener {
  onUp(seat: Seat): void;
  onIdle(seat: Seat): void;
  /** Its worker has ended, and is replaced after `inMs`; undefined: never. */
  onDown(seat: Seat, error: RpcError, inMs: number | undefined): void;
  readonly again: CallAgain;
  readonly services: readonly Service[];
}

export interface SeatOptions extends WorkerLinkOptions {
  readonly restart: RestartChoice;
}

export class Seat {
  #listener: SeatListener;
  /** Until join(): nobody calls its worker. */
  #isOnTrial: boolean;
  readonly #make: MakeWorker;
  readonly #options: SeatOptions;
  readonly #plan: RestartPlan;
  #state: SeatState = "starting";
  #link: CrewLink | undefined;
  #upSince: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #onOver: () => void = () => {};

  constructor(make: MakeWorker, options: SeatOptions, listener: SeatListener, isOnTrial = false) {
    this.#isOnTrial = isOnTrial;
    this.#make = make;
    this.#options = options;
    this.#plan = new RestartPlan(options.restart);
    this.#listener = listener;
  }

  get state(): SeatState {
    return this.#state;
  }

  /** undefined while there is no worker. */
  get link(): CrewLink | undefined {
    return this.#link;
  }

  get busy(): number {
    return this.#link?.busy ?? 0;
  }

  /** Starts that failed in a row. */
  get failures(): number {
    return this.#plan.failures;
  }

  start(): void {
    this.#state = "starting";
    let worker: Worker;
    try {
      worker = this.#make();
    } catch (thrown) {
      this.#down(RpcError.from(thrown, "unavailable"));
      return;
    }
    const listener = {
      onMet: () => this.#onMet(),
      onIdle: () => this.#onIdle(),
      onEnded: (error: RpcError) => {
        worker.terminate(); // a worker that hangs, or has closed its link only, would live on
        this.#down(error);
      },
      again: (...call: Parameters<CallAgain>) => this.#listener.again(...call),
    };
    const link = new CrewLink(worker, this.#options, listener, this.#isOnTrial);
    for (const service of this.#listener.services) link.serve(service);
    this.#link = link;
  }

  #onMet(): void {
    if (this.#state !== "starting") return;
    this.#upSince = performance.now();
    this.#state = "up";
    this.#listener.onUp(this);
  }

  /** Its trial is over, and others listen. */
  join(listener: SeatListener): void {
    this.#listener = listener;
    this.#isOnTrial = false;
    this.#link?.join();
  }

  #onIdle(): void {
    if (this.#state === "leaving") this.#link?.close();
    else this.#listener.onIdle(this);
  }

  #down(error: RpcError): void {
    const wasLeaving = this.#state === "leaving" || this.#state === "over";
    const livedMs = this.#upSince === undefined ? undefined : performance.now() - this.#upSince;
    this.#upSince = this.#link = undefined;
    clearTimeout(this.#timer);
    const inMs = wasLeaving ? undefined : this.#plan.next(livedMs);
    this.#state = inMs === undefined ? "over" : "waiting";
    if (inMs !== undefined) this.#timer = setTimeout(() => this.start(), inMs);
    this.#onOver();
    this.#listener.onDown(this, error, inMs);
  }

  /**
   * It gets no more calls. Fulfilled when its worker has finished those that it has, or, with a
   * limit, they were given up after so many milliseconds; then it is terminated.
   */
  leave(limitMs: number): Promise<void> {
    const link = this.#link;
    const isBusy = link !== undefined && link.busy > 0;
    if (!isBusy) {
      this.close();
      return Promise.resolve();
    }
    this.#state = "leaving";
    link.leave();
    return new Promise((resolve) => {
      this.#onOver = resolve;
      if (limitMs === 0) return;
      const why = `its worker was replaced, and did not finish it within ${limitMs} ms`;
      this.#timer = setTimeout(() => link.giveUp(why), limitMs);
    });
  }

  /** At once: calls in flight reject with `cancelled`. */
  close(): void {
    clearTimeout(this.#timer);
    const link = this.#link;
    this.#state = "over";
    link?.close();
  }
}
