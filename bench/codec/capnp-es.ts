// SPDX-License-Identifier: Apache-2.0
// capnp-es, whose generated classes are accessors of a message: copies every member from and to a
// plain object, as code that calls a service and shows its answer does one way or another.
import { type List, Message } from "capnp-es";
import type { Candidate } from "./candidates.ts";
import * as generated from "./generated/messages.capnp-es.js";
import type { Values } from "./values.ts";

type Address = NonNullable<Values["order"]["shipTo"]>;

const sides = ["buy", "sell"] as const;

function fill<T>(list: List<T>, values: readonly T[]): void {
  for (let i = 0; i < values.length; ++i) list.set(i, values[i] as T);
}

function toArray<T>(list: List<T>): T[] {
  const values: T[] = [];
  const { length } = list;
  for (let i = 0; i < length; ++i) values.push(list.get(i));
  return values;
}

function fillAddress(to: generated.Address, from: Address): void {
  to.street = from.street;
  to.city = from.city;
  to.postalCode = from.postalCode;
  to.country = from.country;
}

function toAddress({ street, city, postalCode, country }: generated.Address): Address {
  return { street, city, postalCode, country };
}

function bytesOf(message: Message): Uint8Array {
  return new Uint8Array(message.toArrayBuffer());
}

function encodeOrder(order: Values["order"]): Uint8Array {
  const message = new Message();
  const root = message.initRoot(generated.Order);
  root.id = order.id;
  root.side = sides.indexOf(order.side as "buy") as generated.Side;
  root.customer = order.customer;
  if (order.shipTo !== undefined) fillAddress(root._initShipTo(), order.shipTo);
  if (order.billTo !== undefined) fillAddress(root._initBillTo(), order.billTo);
  const lines = root._initLines(order.lines.length);
  for (let i = 0; i < order.lines.length; ++i) {
    const from = order.lines[i] as Values["order"]["lines"][number];
    const to = lines.get(i);
    to.sku = from.sku;
    to.name = from.name;
    to.quantity = from.quantity;
    to.unitPrice = from.unitPrice;
    to.taxed = from.taxed;
    fill(to._initDiscounts(from.discounts.length), from.discounts);
  }
  fill(root._initTags(order.tags.length), order.tags);
  if (order.payment.which === "transfer") {
    const transfer = root.payment._initTransfer();
    transfer.iban = order.payment.transfer.iban;
    transfer.due = order.payment.transfer.due;
  }
  return bytesOf(message);
}

function decodeOrder(bytes: Uint8Array): Values["order"] {
  const root = new Message(bytes, false).getRoot(generated.Order);
  const lines: Values["order"]["lines"] = [];
  const list = root.lines;
  const { length } = list;
  for (let i = 0; i < length; ++i) {
    const { sku, name, quantity, unitPrice, taxed, discounts } = list.get(i);
    lines.push({ sku, name, quantity, unitPrice, taxed, discounts: toArray(discounts) });
  }
  const { iban, due } = root.payment.transfer;
  return {
    id: root.id,
    side: sides[root.side] ?? root.side,
    customer: root.customer,
    shipTo: toAddress(root.shipTo),
    billTo: toAddress(root.billTo),
    lines,
    tags: toArray(root.tags),
    payment: { which: "transfer", transfer: { iban, due } },
  };
}

export const capnpEs: Candidate = {
  quote: {
    encode(quote) {
      const message = new Message();
      const root = message.initRoot(generated.Quote);
      root.symbol = quote.symbol;
      root.bid = quote.bid;
      root.ask = quote.ask;
      root.last = quote.last;
      root.volume = quote.volume;
      root.side = sides.indexOf(quote.side as "buy") as generated.Side;
      root.halted = quote.halted;
      root.depth = quote.depth;
      return bytesOf(message);
    },
    decode(bytes) {
      const root = new Message(bytes, false).getRoot(generated.Quote);
      const { symbol, bid, ask, last, volume, side, halted, depth } = root;
      return { symbol, bid, ask, last, volume, side: sides[side] ?? side, halted, depth };
    },
  },
  order: { encode: encodeOrder, decode: decodeOrder },
  article: {
    encode({ title, author, body, paragraphs, keywords }) {
      const message = new Message();
      const root = message.initRoot(generated.Article);
      root.title = title;
      root.author = author;
      root.body = body;
      fill(root._initParagraphs(paragraphs.length), paragraphs);
      fill(root._initKeywords(keywords.length), keywords);
      return bytesOf(message);
    },
    decode(bytes) {
      const root = new Message(bytes, false).getRoot(generated.Article);
      const { title, author, body } = root;
      return {
        title,
        author,
        body,
        paragraphs: toArray(root.paragraphs),
        keywords: toArray(root.keywords),
      };
    },
  },
  series: {
    encode({ name, times, values, counts }) {
      const message = new Message();
      const root = message.initRoot(generated.Series);
      root.name = name;
      fill(root._initTimes(times.length), times);
      fill(root._initValues(values.length), values);
      fill(root._initCounts(counts.length), counts);
      return bytesOf(message);
    },
    decode(bytes) {
      const root = new Message(bytes, false).getRoot(generated.Series);
      const { name, times, values, counts } = root;
      return { name, times: toArray(times), values: toArray(values), counts: toArray(counts) };
    },
  },
};
