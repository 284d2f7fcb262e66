// SPDX-License-Identifier: Apache-2.0
// How many pixels have each value, in the three channels. The counts come with the bands.
import { byId } from "../../../common/dom.ts";

const binCount = 256;
const channels = 3;
const colours = ["--red", "--green", "--blue"] as const;

export class HistogramView {
  readonly #canvas = byId("histogram", HTMLCanvasElement);
  readonly #byBand = new Map<number, readonly number[]>();
  #isDrawn = true;

  clear(): void {
    this.#byBand.clear();
    this.#later();
  }

  /** Replaces what was said of the band before. */
  set(first: number, levels: readonly number[]): void {
    this.#byBand.set(first, levels);
    this.#later();
  }

  #later(): void {
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    requestAnimationFrame(() => {
      this.#isDrawn = true;
      this.#draw();
    });
  }

  #sums(): Float64Array {
    const sums = new Float64Array(channels * binCount);
    for (const levels of this.#byBand.values()) {
      for (let bin = 0; bin < sums.length; bin += 1)
        sums[bin] = (sums[bin] ?? 0) + (levels[bin] ?? 0);
    }
    return sums;
  }

  #draw(): void {
    const context = this.#canvas.getContext("2d");
    if (context === null) return;
    const { width, height } = this.#canvas;
    context.clearRect(0, 0, width, height);
    const sums = this.#sums();
    // The ends hold what was cut off: they would flatten all else.
    const inner = sums.filter((_, bin) => bin % binCount > 1 && bin % binCount < binCount - 2);
    const most = Math.max(1, ...inner);
    const style = getComputedStyle(this.#canvas);
    context.globalCompositeOperation = style.getPropertyValue("--blend").trim() as "screen";
    for (const [channel, colour] of colours.entries()) {
      context.fillStyle = style.getPropertyValue(colour);
      context.beginPath();
      context.moveTo(0, height);
      for (let bin = 0; bin < binCount; bin += 1) {
        const share = Math.min(1, (sums[channel * binCount + bin] ?? 0) / most);
        context.lineTo((bin / (binCount - 1)) * width, height - share * (height - 2));
      }
      context.lineTo(width, height);
      context.fill();
    }
    context.globalCompositeOperation = "source-over";
  }
}
