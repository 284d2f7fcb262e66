// SPDX-License-Identifier: Apache-2.0
// The order form. What is wrong with an order the server says, by a typed error: the rules are
// written once, there.
import { RpcError } from "cortado";
import { byId, make, setText } from "../../../common/dom.ts";
import { formatCount, formatMoney, parseMoney } from "./format.ts";
import {
  type Account,
  type Instrument,
  type PlacedOrder,
  type Quote,
  Refusal,
} from "./generated/market.cortado.ts";

/** An order as the form has it: complete, and not yet found to be right. */
export interface Draft {
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly quantity: number;
  readonly pricing:
    | { readonly which: "market" }
    | { readonly which: "limit"; readonly limit: bigint };
}

interface Host {
  submit(draft: Draft): Promise<PlacedOrder>;
  quote(symbol: string): Quote | undefined;
  onSymbol(symbol: string): void;
}

export class OrderForm {
  readonly #host: Host;
  readonly #form = byId("order", HTMLFormElement);
  readonly #button = byId("submit", HTMLButtonElement);
  readonly #answer = byId("answer", HTMLParagraphElement);

  constructor(host: Host) {
    this.#host = host;
    this.#form.addEventListener("input", () => this.#changed());
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
  }

  /** Orders can be sent from now on. */
  enable(instruments: readonly Instrument[]): void {
    const options = instruments.map(({ symbol, name }) => new Option(name, symbol));
    byId("symbols", HTMLDataListElement).replaceChildren(...options);
    this.#button.disabled = false;
    this.#changed();
  }

  choose(symbol: string): void {
    this.#input("symbol").value = symbol;
    this.#changed();
  }

  showAccount({ cash, value }: Account): void {
    setText(byId("cash", HTMLElement), formatMoney(cash));
    setText(byId("value", HTMLElement), formatMoney(value));
  }

  /** The price moved, or a field changed. */
  refreshEstimate(): void {
    const { symbol, side, quantity, pricing } = this.#draft();
    const quote = this.#host.quote(symbol);
    const price =
      pricing.which === "limit" ? pricing.limit : side === "buy" ? quote?.ask : quote?.bid;
    const text = price === undefined ? "–" : formatMoney(price * BigInt(Math.trunc(quantity)));
    setText(byId("estimate", HTMLElement), text);
  }

  #changed(): void {
    for (const input of this.#form.querySelectorAll("[aria-invalid]")) {
      input.removeAttribute("aria-invalid");
    }
    const { symbol, side, quantity, pricing } = this.#draft();
    const limit = this.#input("limit");
    limit.disabled = pricing.which === "market";
    limit.placeholder = limit.disabled ? "at market" : "";
    const verb = side === "buy" ? "Buy" : "Sell";
    setText(this.#button, `${verb} ${formatCount(quantity)} ${symbol || "…"}`);
    this.#host.onSymbol(symbol);
    this.refreshEstimate();
  }

  #input(name: string): HTMLInputElement {
    const found = this.#form.elements.namedItem(name);
    if (found instanceof HTMLInputElement) return found;
    throw new Error(`index.html has no field "${name}"`);
  }

  /** What was typed, as it is. A quantity that is no number becomes 0, which the server refuses. */
  #draft(): Draft {
    const data = new FormData(this.#form);
    const limit = parseMoney(this.#input("limit").value) ?? 0n;
    return {
      symbol: String(data.get("symbol")).trim().toUpperCase(),
      side: data.get("side") === "sell" ? "sell" : "buy",
      quantity: toQuantity(String(data.get("quantity"))),
      pricing: data.get("pricing") === "limit" ? { which: "limit", limit } : { which: "market" },
    };
  }

  async #submit(): Promise<void> {
    this.#button.disabled = true;
    try {
      const draft = this.#draft();
      const { id, status } = await this.#host.submit(draft);
      const what = `${draft.side === "buy" ? "Bought" : "Sold"} ${formatCount(draft.quantity)} ${draft.symbol}`;
      this.#say(
        "accepted",
        status.which === "filled"
          ? `${what} at ${formatMoney(status.filled.price)}.`
          : `Order ${id} waits for its price.`,
      );
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.#refused(error);
    } finally {
      this.#button.disabled = false;
    }
  }

  #refused(error: RpcError): void {
    this.#say("refused", make("code", {}, error.code), error.reason);
    const field = refusedField(error);
    if (field === undefined) return;
    const input = this.#input(field);
    input.setAttribute("aria-invalid", "true");
    input.focus();
  }

  #say(outcome: "accepted" | "refused", ...text: readonly (Node | string)[]): void {
    this.#answer.dataset["outcome"] = outcome;
    this.#answer.replaceChildren(...text);
  }
}

/** The name of the field that a Refusal in the details of an error points at. */
function refusedField(error: RpcError): string | undefined {
  const { details } = error;
  return details === undefined ? undefined : Refusal.decode(details.message).field;
}

function toQuantity(text: string): number {
  const typed = Number(text.replaceAll(",", ""));
  return Number.isInteger(typed) && typed >= 0 && typed < 2 ** 32 ? typed : 0;
}
