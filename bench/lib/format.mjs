// SPDX-License-Identifier: Apache-2.0
// Numbers for people: three significant digits, and units that fit.

export function formatValue(value, unit) {
  if (unit === "bytes")
    return value < 1000 ? `${Math.round(value)} B` : `${digits(value / 1000)} KB`;
  if (moreIsBetter(unit)) return `${formatCount(value)}/s`;
  if (unit === "µs" && value >= 1000) return `${digits(value / 1000)} ms`;
  return `${digits(value)} ${unit}`;
}

function formatCount(value) {
  if (value >= 1e6) return `${digits(value / 1e6)} M`;
  return value >= 1e3 ? `${digits(value / 1e3)} k` : digits(value);
}

/** 1.02, 17.3, 125 */
function digits(value) {
  const places = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return value.toFixed(places);
}

/** "1.04x"; nothing when there is nothing to compare with. */
export function formatRatio(ratio) {
  if (ratio === null) return "";
  return `${ratio < 0.1 ? ratio.toPrecision(2) : digits(ratio)}x`;
}

/** Whether more is better; otherwise less is. */
export const moreIsBetter = (unit) => unit.endsWith("/s");
