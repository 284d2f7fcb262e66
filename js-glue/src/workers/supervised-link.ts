// SPDX-License-Identifier: Apache-2.0
// One worker that is replaced when it ends.
import { Crew, type CrewOptions } from "./crew.ts";
import type { LocalCarrier } from "./local-link.ts";
import type { MakeWorker } from "./seat.ts";

/** `failed`: it is given up. `closed`: by close(). */
export type SupervisedState = "starting" | "up" | "restarting" | "failed" | "closed";

export class SupervisedLink extends Crew {
  /** For connectWorker(). */
  constructor(make: MakeWorker, options: CrewOptions) {
    super(make, 1, options);
    this.addWorker();
  }

  get state(): SupervisedState {
    const { error, seats } = this;
    if (error !== undefined) return error.code === "cancelled" ? "closed" : "failed";
    const [seat] = seats;
    if (seat?.state === "up") return "up";
    return seat?.state === "starting" && seat.failures === 0 ? "starting" : "restarting";
  }

  /** Which runs; undefined while there is no worker. */
  get carrier(): LocalCarrier | undefined {
    return this.upLink?.carrier;
  }
}
