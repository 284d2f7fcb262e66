// SPDX-License-Identifier: Apache-2.0
// The table of quotes. Rows are made once; a new quote changes text only.
import { byId, make, setText } from "../../../common/dom.ts";
import { formatChange, formatCount, formatMoney, signOf } from "./format.ts";
import type { Instrument, Quote } from "./generated/market.cortado.ts";
import { Sparkline } from "./sparkline.ts";

const trendPoints = 60;
/** Quotes come faster than a trend is worth looking at. */
const trendStepMs = 1000;
const flashMs = 120;

interface Row {
  readonly row: HTMLTableRowElement;
  readonly trend: Sparkline;
  readonly last: HTMLTableCellElement;
  readonly lastText: HTMLSpanElement;
  readonly change: HTMLTableCellElement;
  readonly bid: HTMLTableCellElement;
  readonly ask: HTMLTableCellElement;
  readonly volume: HTMLTableCellElement;
  quote: Quote | undefined;
  trendAtMs: number;
  flash: ReturnType<typeof setTimeout> | undefined;
}

export class QuotesView {
  readonly #rows = new Map<string, Row>();
  readonly #onChosen: (symbol: string) => void;

  constructor(onChosen: (symbol: string) => void) {
    this.#onChosen = onChosen;
  }

  show(instruments: readonly Instrument[]): void {
    const body = byId("quotes", HTMLTableSectionElement);
    this.#rows.clear();
    body.replaceChildren(...instruments.map((instrument) => this.#addRow(instrument).row));
  }

  showHistory(symbol: string, prices: readonly bigint[]): void {
    this.#rows.get(symbol)?.trend.reset(prices);
  }

  /** The newest quote shown, undefined for a symbol that is not in the table. */
  quote(symbol: string): Quote | undefined {
    return this.#rows.get(symbol)?.quote;
  }

  choose(symbol: string): void {
    for (const [key, { row }] of this.#rows) {
      row.setAttribute("aria-current", String(key === symbol));
    }
  }

  update(quote: Quote, nowMs: number): void {
    const row = this.#rows.get(quote.symbol);
    if (row === undefined) return;
    const moved = row.quote === undefined ? 0n : quote.last - row.quote.last;
    row.quote = quote;
    setText(row.lastText, formatMoney(quote.last));
    setText(row.change, formatChange(quote.last, quote.open));
    row.change.className = `number change ${signOf(quote.last - quote.open)}`;
    setText(row.bid, formatMoney(quote.bid));
    setText(row.ask, formatMoney(quote.ask));
    setText(row.volume, formatCount(quote.volume));
    if (moved !== 0n) flash(row, signOf(moved));
    if (nowMs - row.trendAtMs >= trendStepMs) {
      row.trendAtMs = nowMs;
      row.trend.push(quote.last);
    }
  }

  #addRow({ symbol, name }: Instrument): Row {
    const button = make(
      "button",
      { type: "button" },
      make("b", {}, symbol),
      make("span", {}, name),
    );
    const lastText = make("span", {}, "–");
    const cell = (kind: string, ...children: (Node | string)[]) =>
      make("td", { class: `number ${kind}` }, ...children);
    const trend = new Sparkline(trendPoints);
    const added: Row = {
      row: make("tr", { "aria-current": "false" }),
      trend,
      last: cell("last", lastText),
      lastText,
      change: cell("change", "–"),
      bid: cell("wide", "–"),
      ask: cell("wide", "–"),
      volume: cell("widest", "–"),
      quote: undefined,
      trendAtMs: 0,
      flash: undefined,
    };
    added.row.append(
      make("td", {}, button),
      make("td", { class: "trend" }),
      added.last,
      added.change,
      added.bid,
      added.ask,
      added.volume,
    );
    added.row.cells[1]?.append(trend.element);
    // The button is for keyboards and screen readers; a pointer may hit anywhere in the row.
    added.row.addEventListener("click", () => this.#onChosen(symbol));
    this.#rows.set(symbol, added);
    return added;
  }
}

function flash(row: Row, tick: string): void {
  clearTimeout(row.flash);
  row.last.dataset["tick"] = tick;
  row.flash = setTimeout(() => delete row.last.dataset["tick"], flashMs);
}
