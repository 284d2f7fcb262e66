// SPDX-License-Identifier: Apache-2.0
// What calls cost: four figures of the last minute, the plot, and the newest turns one by one.
import type { CarrierName } from "cortado";
import { byId, make, setText } from "../../../common/dom.ts";
import { formatCount, formatDuration } from "./format.ts";
import { LatencyPlot } from "./latency-plot.ts";
import type { Turn } from "./meter.ts";

const keptMs = 60_000;
const turnsShown = 5;
const redrawMs = 250;
/** A turn of more calls is a burst: it has its own figures and would drown all others. */
const callsMax = 100;

export const carrierNames: { readonly [carrier in CarrierName]: string } = {
  websocket: "WebSocket",
  fetch: "fetch",
};

export class CostView {
  readonly #plot = new LatencyPlot(byId("plot", HTMLElement));
  readonly #figures = ["median", "tail", "bytes", "packing"].map((id) => byId(id, HTMLElement));
  readonly #turns: Turn[] = [];
  #newest: Turn[] = [];
  #drawnAtMs = 0;

  add(turn: Turn): void {
    this.#newest = [turn, ...this.#newest].slice(0, turnsShown);
    if (turn.calls <= callsMax) this.#turns.push(turn);
    const nowMs = performance.now();
    if (nowMs - this.#drawnAtMs < redrawMs) return;
    this.#drawnAtMs = nowMs;
    this.#draw(nowMs);
  }

  #draw(nowMs: number): void {
    const stale = this.#turns.findIndex(({ startedMs }) => startedMs >= nowMs - keptMs);
    if (stale > 0) this.#turns.splice(0, stale);
    this.#plot.draw(this.#turns, nowMs);
    this.#drawFigures();
    byId("turns", HTMLTableSectionElement).replaceChildren(...this.#newest.map(rowOf));
  }

  /** Of the carrier in use only: figures of both together would describe neither. */
  #drawFigures(): void {
    const carrier = this.#turns.at(-1)?.carrier;
    const turns = this.#turns.filter((turn) => turn.carrier === carrier);
    const sorted = turns.map(({ roundTripMs }) => roundTripMs).sort((a, b) => a - b);
    const at = (share: number) =>
      formatDuration(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
    const sum = (of: (turn: Turn) => number) => turns.reduce((total, turn) => total + of(turn), 0);
    const calls = sum((turn) => turn.calls);
    const bytes = sum(({ traffic }) => traffic.bytesOut + traffic.bytesIn);
    const messages = sum(({ traffic }) => traffic.messagesOut);
    const shown: readonly (readonly [string, string])[] = [
      at(0.5),
      at(0.99),
      [formatCount(bytes / Math.max(1, calls)), "B"],
      [(calls / Math.max(1, messages)).toFixed(1), ""],
    ];
    for (const [index, [value, unit]] of shown.entries()) {
      this.#figures[index]?.replaceChildren(`${value} `, make("small", {}, unit));
    }
  }
}

function rowOf({ label, carrier, roundTripMs, traffic }: Turn): HTMLTableRowElement {
  const number = (text: string) => make("td", { class: "number" }, text);
  return make(
    "tr",
    { "data-carrier": carrier },
    make("td", { title: carrierNames[carrier] }, label),
    number(formatDuration(roundTripMs).join(" ")),
    number(`${traffic.messagesOut} + ${traffic.messagesIn}`),
    number(formatCount(traffic.bytesOut)),
    number(formatCount(traffic.bytesIn)),
  );
}

/** Calls a second of the newest burst of each carrier, as bars. */
export class BurstView {
  readonly #perSecond = new Map<CarrierName, number>();
  readonly #answer = byId("burst-answer", HTMLElement);

  constructor() {
    this.#draw();
  }

  show({ carrier, calls, roundTripMs, traffic }: Turn): void {
    this.#perSecond.set(carrier, (calls / roundTripMs) * 1000);
    const size = formatCount((traffic.bytesOut + traffic.bytesIn) / calls);
    const messages = traffic.messagesOut + traffic.messagesIn;
    const time = formatDuration(roundTripMs).join(" ");
    setText(this.#answer, `${time}, ${messages} messages, ${size} B a call`);
    this.#draw();
  }

  failed(why: string): void {
    setText(this.#answer, why);
  }

  #draw(): void {
    const best = Math.max(1, ...this.#perSecond.values());
    const bars = (["websocket", "fetch"] as const).map((carrier) => {
      const perSecond = this.#perSecond.get(carrier);
      const fill = make("div", { class: "fill" });
      fill.style.width = `${((perSecond ?? 0) / best) * 100}%`;
      fill.hidden = perSecond === undefined;
      return make(
        "div",
        { "data-carrier": carrier },
        make("dt", {}, carrierNames[carrier]),
        make("div", { class: "track", "aria-hidden": "true" }, fill),
        make("dd", {}, perSecond === undefined ? "–" : `${formatCount(perSecond)} calls/s`),
      );
    });
    byId("bars", HTMLElement).replaceChildren(...bars);
  }
}
