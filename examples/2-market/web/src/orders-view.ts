// SPDX-License-Identifier: Apache-2.0
// The tables of orders and of positions.
import { byId, make, setText } from "../../../common/dom.ts";
import { formatClock, formatCount, formatGain, formatMoney, signOf } from "./format.ts";
import type { Account, PlacedOrder } from "./generated/market.cortado.ts";

export class OrdersView {
  readonly #onCancel: (orderId: bigint) => void;
  readonly #body = byId("orders", HTMLTableSectionElement);
  #shown = "";

  constructor(onCancel: (orderId: bigint) => void) {
    this.#onCancel = onCancel;
  }

  /** Newest first. */
  show(orders: readonly PlacedOrder[]): void {
    // Rows are made anew only for a change, or a button would vanish under the finger.
    const shown = orders.map(({ id, status }) => `${id} ${String(status.which)}`).join();
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#body.replaceChildren(...orders.map((order) => this.#row(order)));
    byId("no-orders", HTMLElement).hidden = orders.length > 0;
    const open = orders.filter(({ status }) => status.which === "open").length;
    setText(byId("orders-count", HTMLElement), open === 0 ? "" : `${formatCount(open)} open`);
  }

  #row({ id, order, placedAt, status }: PlacedOrder): HTMLTableRowElement {
    const isBuy = order?.side === "buy";
    const side = make("span", { class: isBuy ? "up" : "down" }, isBuy ? "Buy" : "Sell");
    const what = order === undefined ? "" : ` ${formatCount(order.quantity)} ${order.symbol}`;
    const cancel = make("button", { type: "button", "aria-label": `Cancel order ${id}` }, "Cancel");
    cancel.addEventListener("click", () => this.#onCancel(id));
    return make(
      "tr",
      {},
      make("td", { class: "tag" }, formatClock(placedAt)),
      make("td", {}, side, what),
      make("td", { class: "number" }, priceOf(order, status)),
      make("td", { class: "tag" }, String(status.which)),
      make("td", {}, status.which === "open" ? cancel : ""),
    );
  }
}

function priceOf(order: PlacedOrder["order"], status: PlacedOrder["status"]): string {
  if (status.which === "filled") return formatMoney(status.filled.price);
  return order?.pricing.which === "limit" ? formatMoney(order.pricing.limit) : "market";
}

/** The positions of the account. */
export function showPositions({ positions }: Account): void {
  byId("no-positions", HTMLElement).hidden = positions.length > 0;
  const rows = positions.map(({ symbol, quantity, profit }) =>
    make(
      "tr",
      {},
      make("td", {}, symbol),
      make("td", { class: "number" }, formatCount(quantity)),
      make("td", { class: `number ${signOf(profit)}` }, formatGain(profit)),
    ),
  );
  byId("positions", HTMLTableSectionElement).replaceChildren(...rows);
}
