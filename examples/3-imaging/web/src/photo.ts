// SPDX-License-Identifier: Apache-2.0
// A photo as the page has it: its pixels where the workers find them, and a small picture of it to
// show. The small picture is a photo, too: what a slider does is tried on it first.
import type { Band, SourceInit } from "./generated/imaging.cortado.ts";
import { developReach } from "./generated/imaging.cortado.ts";
import { Layer } from "./layer.ts";
import { bandsWanted, type Plan, pixelSize, planOf, type Rows, smallSizeOf } from "./plan.ts";
import type { Studio } from "./studio.ts";

export class Photo {
  readonly plan: Plan;
  readonly name: string;
  readonly layer: Layer;
  /** Undefined of a draft. */
  readonly draft: Photo | undefined;
  readonly #studio: Studio;
  readonly #source: Uint8Array<ArrayBufferLike>;

  constructor(studio: Studio, plan: Plan, name: string, isDraft = false) {
    this.plan = plan;
    this.name = name;
    this.#studio = studio;
    this.#source = studio.allocate(plan.width * plan.height * pixelSize);
    this.layer = new Layer(plan, (first) => this.#source.subarray(first * this.#rowSize));
    const { width, height } = smallSizeOf(plan);
    const draftPlan = { ...planOf(width, height, { bands: bandsWanted / 6 }), shrink: 1 };
    this.draft = isDraft ? undefined : new Photo(studio, draftPlan, name, true);
  }

  get #rowSize(): number {
    return this.plan.width * pixelSize;
  }

  /** Takes rows of the photo itself. */
  put(band: Band): void {
    this.#source.set(band.pixels, band.first * this.#rowSize);
    this.layer.show(band);
    const { draft, plan } = this;
    if (draft !== undefined) {
      draft.#source.set(band.small, (band.first / plan.shrink) * draft.#rowSize);
    }
    this.#studio.release(band.pixels);
    this.#studio.release(band.small);
  }

  /** What a worker needs to know to develop these rows: where they are, or else the rows. */
  sourceOf({ first, count }: Rows): SourceInit {
    const address = this.#studio.addressOf(this.#source);
    if (address !== undefined) return { which: "address", address, first: 0 };
    const top = Math.max(0, first - developReach);
    const bottom = Math.min(this.plan.height, first + count + developReach);
    const rows = this.#source.subarray(top * this.#rowSize, bottom * this.#rowSize);
    const pixels = this.#studio.allocate(rows.length);
    pixels.set(rows);
    return { which: "pixels", pixels, first: top };
  }

  release(): void {
    this.draft?.release();
    this.#studio.release(this.#source);
  }
}
