// SPDX-License-Identifier: Apache-2.0
// JSON.stringify and JSON.parse, with what they need to bring 64-bit integers there and back: copies
// by hand, as a replacer and a reviver are several times slower.
import type { Candidate } from "./candidates.ts";
import type { Values } from "./values.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** What JSON.parse returns of a type: strings for bigints. */
type Parsed<T> = T extends bigint
  ? string
  : T extends readonly (infer Item)[]
    ? Parsed<Item>[]
    : T extends object
      ? { [Name in keyof T]: Parsed<T[Name]> }
      : T;

function codec<T>(toJson: (value: T) => unknown, fromJson: (json: Parsed<T>) => T) {
  return {
    encode: (value: T) => encoder.encode(JSON.stringify(toJson(value))),
    decode: (bytes: Uint8Array) => fromJson(JSON.parse(decoder.decode(bytes)) as Parsed<T>),
  };
}

function toOrder(order: Values["order"]): unknown {
  const { payment } = order;
  return {
    ...order,
    id: String(order.id),
    lines: order.lines.map((line) => ({ ...line, unitPrice: String(line.unitPrice) })),
    payment:
      payment.which === "transfer"
        ? { ...payment, transfer: { ...payment.transfer, due: String(payment.transfer.due) } }
        : payment,
  };
}

function fromOrder(json: Parsed<Values["order"]>): Values["order"] {
  const { payment } = json;
  return {
    ...json,
    id: BigInt(json.id),
    lines: json.lines.map((line) => ({ ...line, unitPrice: BigInt(line.unitPrice) })),
    payment:
      payment.which === "transfer"
        ? { ...payment, transfer: { ...payment.transfer, due: BigInt(payment.transfer.due) } }
        : payment,
  } as Values["order"]; // TypeScript does not see that Parsed left the other members alone
}

export const json: Candidate = {
  quote: codec<Values["quote"]>(
    (quote) => ({
      ...quote,
      bid: String(quote.bid),
      ask: String(quote.ask),
      volume: String(quote.volume),
    }),
    (quote) =>
      ({
        ...quote,
        bid: BigInt(quote.bid),
        ask: BigInt(quote.ask),
        volume: BigInt(quote.volume),
      }) as Values["quote"], // as above
  ),
  order: codec(toOrder, fromOrder),
  article: codec<Values["article"]>(
    (article) => article,
    (article) => article,
  ),
  series: codec<Values["series"]>(
    (series) => ({ ...series, times: series.times.map(String) }),
    (series) => ({ ...series, times: series.times.map(BigInt) }),
  ),
};
