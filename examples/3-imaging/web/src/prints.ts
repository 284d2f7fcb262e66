// SPDX-License-Identifier: Apache-2.0
// What was made of a photo: its bands as they came, which are kept where they are until newer ones
// come, and the small picture of them.
import type { Band } from "./generated/imaging.cortado.ts";
import { Layer } from "./layer.ts";
import { bandCountOf, type Plan, pixelSize } from "./plan.ts";
import type { Studio } from "./studio.ts";

export class Prints {
  readonly layer: Layer;
  readonly plan: Plan;
  readonly #studio: Studio;
  readonly #bands: (Band | undefined)[];

  constructor(studio: Studio, plan: Plan) {
    this.plan = plan;
    this.#studio = studio;
    this.#bands = Array.from({ length: bandCountOf(plan) });
    this.layer = new Layer(plan, (first) => {
      const band = this.#bands[Math.floor(first / plan.bandRows)];
      return band?.pixels.subarray((first - band.first) * plan.width * pixelSize);
    });
  }

  put(band: Band): void {
    const index = Math.floor(band.first / this.plan.bandRows);
    const old = this.#bands[index];
    if (old !== undefined) this.#studio.release(old.pixels);
    this.#bands[index] = band;
    this.layer.show(band);
    this.#studio.release(band.small);
  }

  /** From the top; throws when there are not all. */
  bands(): Band[] {
    return this.#bands.map((band) => {
      if (band === undefined) throw new Error("the picture is not finished");
      return band;
    });
  }

  release(): void {
    for (const band of this.#bands.splice(0)) {
      if (band !== undefined) this.#studio.release(band.pixels);
    }
  }
}
