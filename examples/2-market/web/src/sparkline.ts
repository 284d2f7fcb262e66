// SPDX-License-Identifier: Apache-2.0
// A trend as one line of SVG.

const namespace = "http://www.w3.org/2000/svg";
const width = 88;
const height = 22;

export class Sparkline {
  readonly element = document.createElementNS(namespace, "svg");
  readonly #line = document.createElementNS(namespace, "polyline");
  readonly #prices: number[] = [];
  readonly #pointsMax: number;

  constructor(pointsMax: number) {
    this.#pointsMax = pointsMax;
    this.element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.element.setAttribute("aria-hidden", "true");
    this.element.append(this.#line);
  }

  /** Replaces everything, oldest first. */
  reset(prices: readonly bigint[]): void {
    this.#prices.splice(0, Number.POSITIVE_INFINITY, ...prices.slice(-this.#pointsMax).map(Number));
    this.#draw();
  }

  push(price: bigint): void {
    this.#prices.push(Number(price));
    if (this.#prices.length > this.#pointsMax) this.#prices.shift();
    this.#draw();
  }

  #draw(): void {
    const low = Math.min(...this.#prices);
    const range = Math.max(...this.#prices) - low || 1;
    const step = width / (this.#pointsMax - 1);
    const first = this.#pointsMax - this.#prices.length;
    const points = this.#prices.map((price, index) => {
      const y = height - 2 - ((price - low) / range) * (height - 4);
      return `${((first + index) * step).toFixed(1)},${y.toFixed(1)}`;
    });
    this.#line.setAttribute("points", points.join(" "));
  }
}
