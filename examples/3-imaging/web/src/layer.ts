// SPDX-License-Identifier: Apache-2.0
// One of the two pictures to look at: small, all of it, on a canvas that is not in the page; and its
// pixels, for who looks closely.
import type { Band } from "./generated/imaging.cortado.ts";
import { type Plan, pixelSize, smallSizeOf } from "./plan.ts";

export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export class Layer {
  readonly small = document.createElement("canvas");
  readonly #plan: Plan;
  readonly #rowsFrom: (first: number) => Uint8Array<ArrayBufferLike> | undefined;
  readonly #context: CanvasRenderingContext2D;

  /** `rowsFrom`: bytes that begin with that row, as many as there are in one piece. */
  constructor(plan: Plan, rowsFrom: (first: number) => Uint8Array<ArrayBufferLike> | undefined) {
    this.#plan = plan;
    this.#rowsFrom = rowsFrom;
    const { width, height } = smallSizeOf(plan);
    this.small.width = width;
    this.small.height = height;
    const context = this.small.getContext("2d");
    if (context === null) throw new Error("this browser has no 2D canvas");
    this.#context = context;
  }

  show({ first, small }: Pick<Band, "first" | "small">): void {
    const { width } = this.small;
    const rows = small.length / pixelSize / width;
    this.#context.putImageData(imageOf(small, width, rows), 0, first / this.#plan.shrink);
  }

  /** The pixels of a part; those that are not there yet stay transparent. */
  read({ x, y, width, height }: Region): ImageData {
    const image = new ImageData(width, height);
    const rowSize = this.#plan.width * pixelSize;
    for (let row = 0; row < height; ) {
      const rows = this.#rowsFrom(y + row);
      const count =
        rows === undefined ? 1 : Math.min(height - row, Math.floor(rows.length / rowSize));
      for (let index = 0; rows !== undefined && index < count; index += 1) {
        const begin = index * rowSize + x * pixelSize;
        const part = rows.subarray(begin, begin + width * pixelSize);
        image.data.set(part, (row + index) * width * pixelSize);
      }
      row += count;
    }
    return image;
  }
}

/** A copy: a canvas takes no shared memory. */
function imageOf(bytes: Uint8Array<ArrayBufferLike>, width: number, height: number): ImageData {
  const image = new ImageData(width, height);
  image.data.set(bytes);
  return image;
}
