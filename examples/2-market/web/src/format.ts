// SPDX-License-Identifier: Apache-2.0
// Numbers as people read them. Money stays a whole number until here.
import { moneyScale } from "./generated/market.cortado.ts";

const money = new Intl.NumberFormat("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const percent = new Intl.NumberFormat("en", {
  style: "percent",
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
  signDisplay: "exceptZero",
});
const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

const scale = Number(moneyScale);
const minus = "\u2212";

/** "1,284.50". Exact up to 2^53 ten-thousandths, more than any account here. */
export function formatMoney(value: bigint): string {
  return money.format(Number(value) / scale).replace("-", minus);
}

/** "+12.00", "−3.10", "0.00". */
export function formatGain(value: bigint): string {
  return value > 0n ? `+${formatMoney(value)}` : formatMoney(value);
}

/** What was typed as money, or undefined when it is no number. */
export function parseMoney(text: string): bigint | undefined {
  const typed = /^(\d{1,9})(?:\.(\d{0,4}))?$/.exec(text.trim().replaceAll(",", ""));
  if (typed === null) return undefined;
  const [, units = "0", fraction = ""] = typed;
  return BigInt(units) * moneyScale + BigInt(fraction.padEnd(4, "0"));
}

/** "+0.42%" of `now` over `before`. */
export function formatChange(now: bigint, before: bigint): string {
  const change = before === 0n ? 0 : Number(now - before) / Number(before);
  return percent.format(change).replace("-", minus);
}

export function formatCount(value: number | bigint): string {
  return whole.format(value).replace("-", minus);
}

/** "14:03:22" of microseconds since 1970. */
export function formatClock(timeUs: bigint): string {
  return clock.format(Number(timeUs / 1000n));
}

/** A number and its unit, apart, as they are set in different sizes. */
export function formatDuration(ms: number): readonly [value: string, unit: string] {
  if (ms < 1) return [whole.format(ms * 1000), "µs"];
  if (ms < 10) return [ms.toFixed(2), "ms"];
  return ms < 100 ? [ms.toFixed(1), "ms"] : [whole.format(ms), "ms"];
}

export function signOf(value: bigint): "up" | "down" | "same" {
  if (value === 0n) return "same";
  return value > 0n ? "up" : "down";
}
