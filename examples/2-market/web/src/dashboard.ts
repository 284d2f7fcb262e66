// SPDX-License-Identifier: Apache-2.0
// Wires the views to the session and keeps the quotes ticking. All the page shows comes by typed
// calls and streams: read #start, #watch, #poll and #burst to see them.
import { type CarrierName, type ClientState, RpcError } from "cortado";
import { byId } from "../../../common/dom.ts";
import { ConnectionView } from "./connection-view.ts";
import { BurstView, CostView } from "./cost-view.ts";
import type { Instrument, MarketClient, PlacedOrder } from "./generated/market.cortado.ts";
import type { Turn } from "./meter.ts";
import { Network } from "./network.ts";
import { type Draft, OrderForm } from "./order-form.ts";
import { OrdersView, showPositions } from "./orders-view.ts";
import { QuotesView } from "./quotes-view.ts";
import { Session } from "./session.ts";
import { nextTurn, pause } from "./turns.ts";

const burstCalls = 1000;
/** Of the account, whose value changes with the prices. */
const accountEveryMs = 1000;
/** Between calls while the quotes come by themselves. */
const streamedTurnMs = 250;
const retryMs = 1000;
const cutMs = 3000;

export class Dashboard {
  readonly #connection = new ConnectionView();
  readonly #cost = new CostView();
  readonly #bursts = new BurstView();
  readonly #quotes = new QuotesView((symbol) => this.#form.choose(symbol));
  readonly #orders = new OrdersView((orderId) => void this.#cancel(orderId));
  readonly #form = new OrderForm({
    quote: (symbol) => this.#quotes.quote(symbol),
    onSymbol: (symbol) => this.#quotes.choose(symbol),
    submit: (order) => this.#submit(order),
  });
  readonly #burstButton = byId("burst", HTMLButtonElement);
  readonly #carriers = byId("carriers", HTMLFieldSetElement);
  readonly #pace = byId("pace", HTMLSelectElement);
  readonly #cutButton = byId("cut", HTMLButtonElement);
  readonly #network = new Network();

  #session: Session | undefined;
  #instruments: readonly Instrument[] = [];
  #accountAtMs = 0;
  #failing = false;

  constructor() {
    this.#burstButton.addEventListener("click", () => void this.#burst());
    this.#carriers.addEventListener("change", () => void this.#carrierChosen());
    this.#cutButton.addEventListener("click", () => void this.#cut());
  }

  /** Runs as long as the page lives. A lost server is an outcome of a call like any other. */
  async run(): Promise<never> {
    for (;;) {
      const session = this.#session;
      try {
        if (session === undefined) {
          await this.#switchTo(this.#chosenCarrier());
          continue;
        }
        if (this.#instruments.length === 0) await this.#start(session.market);
        await this.#poll(session.market);
        if (this.#failing) this.#showState("open");
        await nextTurn(this.#isStreamed ? streamedTurnMs : Number(this.#pace.value));
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        if (session !== this.#session) continue; // closed, as another carrier was chosen
        // While the client connects again it says so itself, and better.
        if (session?.state !== "waiting") this.#showState("waiting", error);
        await pause(retryMs);
      }
    }
  }

  async #start(market: MarketClient): Promise<void> {
    ({ instruments: this.#instruments } = await market.instruments());
    this.#quotes.show(this.#instruments);
    this.#form.enable(this.#instruments);
    this.#burstButton.disabled = false;
    // Calls of one turn leave in one message, so a dozen costs hardly more than one.
    const trends = this.#instruments.map(async ({ symbol }) => {
      const { prices } = await market.history({ symbol });
      this.#quotes.showHistory(symbol, prices);
    });
    await Promise.all(trends);
  }

  get #isStreamed(): boolean {
    return this.#pace.value === "stream";
  }

  /** Reads a session's streams as long as it lives; a lost network does not end them. */
  async #watch(session: Session): Promise<void> {
    const { market } = session;
    while (session === this.#session) {
      const both = new AbortController();
      const quotes = market.watch({}, both).forEach((quote) => {
        if (this.#isStreamed) this.#quotes.update(quote, performance.now());
      });
      const orders = market.orderEvents({}, both).forEach(() => {
        this.#accountAtMs = 0;
      });
      try {
        await Promise.all([quotes, orders]);
      } catch (error) {
        // The server was away for too long, or began anew.
        if (!(error instanceof RpcError)) throw error;
        both.abort();
        await pause(retryMs);
      }
    }
  }

  async #poll(market: MarketClient): Promise<void> {
    const nowMs = performance.now();
    const asked = this.#isStreamed ? [] : this.#instruments;
    const calls = asked.map(async ({ symbol }) => {
      const { quote } = await market.quote({ symbol });
      if (quote) this.#quotes.update(quote, nowMs);
    });
    if (this.#isStreamed || nowMs - this.#accountAtMs >= accountEveryMs) {
      this.#accountAtMs = nowMs;
      calls.push(this.#refreshAccount(market));
    }
    await Promise.all(calls);
    this.#form.refreshEstimate();
  }

  async #refreshAccount(market: MarketClient): Promise<void> {
    const [{ account }, { orders }] = await Promise.all([market.account(), market.orders({})]);
    if (account) {
      this.#form.showAccount(account);
      showPositions(account);
    }
    this.#orders.show(orders);
    this.#diagnose();
  }

  async #submit(order: Draft): Promise<PlacedOrder> {
    const { placed } = await this.#open().market.submit({ order });
    this.#accountAtMs = 0;
    if (placed === undefined) throw new RpcError("internal", "an answer without an order");
    return placed;
  }

  async #cancel(orderId: bigint): Promise<void> {
    try {
      await this.#open().market.cancel({ orderId });
    } catch (error) {
      // It was filled, or the server went away, in the same moment: the next poll shows which.
      if (!(error instanceof RpcError)) throw error;
    }
    this.#accountAtMs = 0;
  }

  /** One thousand typed calls in one turn: one message out, one back. */
  async #burst(): Promise<void> {
    const { market } = this.#open();
    this.#burstButton.disabled = true;
    // No two are alike: equal calls of idempotent methods in flight would be one.
    const calls = Array.from({ length: burstCalls }, (_, call) =>
      market.orders({ newest: call + 1 }),
    );
    const failed = (await Promise.allSettled(calls)).find(({ status }) => status === "rejected");
    this.#burstButton.disabled = false;
    if (failed?.status === "rejected") this.#bursts.failed(String(failed.reason));
  }

  /** Calls and streams in flight live on. */
  async #cut(): Promise<void> {
    this.#cutButton.disabled = true;
    await this.#network.cut(cutMs);
    this.#cutButton.disabled = false;
  }

  async #carrierChosen(): Promise<void> {
    try {
      await this.#switchTo(this.#chosenCarrier());
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.#connection.show({ state: "failed", carrier: this.#chosenCarrier(), error });
      if (this.#session !== undefined) this.#checkCarrier(this.#session.carrier); // it goes on
    }
  }

  async #switchTo(carrier: CarrierName): Promise<void> {
    this.#connection.connecting(carrier);
    this.#carriers.disabled = true;
    try {
      const next = await Session.open(carrier, this.#network, {
        onTurn: (turn) => this.#measured(turn),
        onState: (change) => {
          this.#connection.show(change);
          this.#diagnose();
        },
      });
      this.#session?.close();
      this.#session = next;
      void this.#watch(next);
    } finally {
      this.#carriers.disabled = false;
    }
    this.#showState("open");
  }

  #measured(turn: Turn): void {
    if (turn.calls >= burstCalls) this.#bursts.show(turn);
    this.#cost.add(turn);
  }

  #diagnose(): void {
    if (this.#session !== undefined) this.#connection.diagnose(this.#session.diagnose());
  }

  #showState(state: ClientState, error?: RpcError): void {
    this.#failing = error !== undefined;
    this.#connection.show({ state, carrier: this.#chosenCarrier(), error });
    this.#diagnose();
  }

  #chosenCarrier(): CarrierName {
    return this.#carriers.querySelector("[value=fetch]:checked") === null ? "websocket" : "fetch";
  }

  #checkCarrier(carrier: CarrierName): void {
    const input = this.#carriers.querySelector<HTMLInputElement>(`[value=${carrier}]`);
    if (input !== null) input.checked = true;
  }

  #open(): Session {
    if (this.#session === undefined) throw new RpcError("unavailable", "not connected yet");
    return this.#session;
  }
}
