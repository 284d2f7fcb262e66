// SPDX-License-Identifier: Apache-2.0
// The round trip of each turn over the last minute, a colour a carrier, on a logarithmic scale.
import uPlot from "uplot";
import { formatDuration } from "./format.ts";
import type { Turn } from "./meter.ts";

const spanS = 60;
/** Milliseconds; the scale does not move with every outlier, so that times can be compared. */
const scaleMs: uPlot.Range.MinMax = [0.1, 100];

function label(ms: number): string {
  return formatDuration(ms).join(" ");
}

export class LatencyPlot {
  readonly #box: HTMLElement;
  readonly #darkness = matchMedia("(prefers-color-scheme: dark)");
  #plot: uPlot;

  constructor(box: HTMLElement) {
    this.#box = box;
    this.#plot = this.#make();
    new ResizeObserver(() => this.#plot.setSize(this.#size())).observe(box);
    this.#darkness.addEventListener("change", () => {
      this.#plot.destroy();
      this.#plot = this.#make();
    });
  }

  /** `turns` oldest first. */
  draw(turns: readonly Turn[], nowMs: number): void {
    const of = (carrier: Turn["carrier"]) =>
      turns.map((turn) => (turn.carrier === carrier ? turn.roundTripMs : null));
    const ages = turns.map((turn) => (turn.startedMs - nowMs) / 1000);
    this.#plot.setData([ages, of("websocket"), of("fetch")]);
  }

  #size(): { width: number; height: number } {
    return { width: this.#box.clientWidth, height: this.#box.clientHeight };
  }

  #make(): uPlot {
    const styles = getComputedStyle(document.documentElement);
    const color = (name: string) => styles.getPropertyValue(name).trim();
    const font = `12px ${getComputedStyle(document.body).fontFamily}`;
    const axis = { stroke: color("--muted"), font, ticks: { show: false } };
    const grid = { stroke: color("--line"), width: 1 };
    const series = (name: string, stroke: string): uPlot.Series => ({
      label: name,
      stroke,
      width: 1.5,
      points: { show: false },
      spanGaps: false,
    });
    return new uPlot(
      {
        ...this.#size(),
        padding: [8, 16, 0, 0],
        cursor: { show: false },
        legend: { show: false },
        scales: {
          x: { time: false, range: () => [-spanS, 0] },
          y: { distr: 3, range: () => scaleMs },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            size: 28,
            gap: 8,
            values: (_, ticks) => ticks.map((s) => (s === 0 ? "now" : `\u2212${-s} s`)),
          },
          {
            ...axis,
            grid,
            size: 52,
            splits: [0.1, 1, 10, 100],
            values: (_, ticks) => ticks.map(label),
          },
        ],
        series: [{}, series("WebSocket", color("--websocket")), series("fetch", color("--fetch"))],
      },
      [[], [], []],
      this.#box,
    );
  }
}
