// SPDX-License-Identifier: Apache-2.0
// The values that are encoded and decoded: of the types of messages.capnp, as the generated code of
// Cortado has them. The same in every run.
import type { Article, Order, Quote, Series } from "../dist/codec/messages.cortado.ts";

export interface Values {
  quote: Quote;
  order: Order;
  article: Article;
  series: Series;
}

const words = ["the ", "quick ", "brown ", "fox ", "jumps ", "over ", "a ", "lazy ", "dog "];

function text(length: number, seed: number): string {
  let result = "";
  for (let i = 0; result.length < length; ++i) result += words[(i * 7 + seed) % words.length];
  return result.slice(0, length);
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

export const values: Values = {
  quote: {
    symbol: "ACME",
    bid: 1_234_500n,
    ask: 1_234_600n,
    last: 123.455,
    volume: 99_887_766n,
    side: "sell",
    halted: false,
    depth: 17,
  },
  order: {
    id: 123_456_789n,
    side: "buy",
    customer: "Ada Lovelace",
    shipTo: {
      street: "12 Analytical Way",
      city: "London",
      postalCode: "N1 9GU",
      country: "GB",
    },
    billTo: {
      street: "1 Difference Road",
      city: "Paris",
      postalCode: "75001",
      country: "FR",
    },
    lines: times(100, (i) => ({
      sku: `SKU-${1000 + i}`,
      name: text(20 + (i % 10), i),
      quantity: i + 1,
      unitPrice: BigInt(i) * 1999n,
      taxed: i % 2 === 0,
      discounts: i % 10 === 0 ? [0.5, 0.25] : [],
    })),
    tags: ["express", "gift", "fragile"],
    payment: {
      which: "transfer",
      transfer: { iban: "GB33BUKB20201555555555", due: 1_790_000_000_000n },
    },
  },
  article: {
    title: text(60, 1),
    author: "Grace Hopper",
    body: text(4000, 2),
    // Every fifth is no ASCII.
    paragraphs: times(20, (i) => text(200 + i * 10, i) + (i % 5 === 0 ? " café, naïve" : "")),
    keywords: times(30, (i) => text(6 + (i % 8), i)),
  },
  series: {
    name: "temperature",
    times: times(1000, (i) => 1_790_000_000_000_000n + BigInt(i) * 1_000_000n),
    values: times(1000, (i) => 20 + Math.sin(i / 10) * 5),
    counts: times(1000, (i) => (i * 7919) % 100_000),
  },
};
