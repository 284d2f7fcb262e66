// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { plot } from "./plot.mjs";

const row = {
  case: "1 at a time",
  metric: "p50",
  unit: "µs",
  min: 90,
  max: 300,
  baseline: "ideal",
};
const rows = [
  { ...row, candidate: "ideal", median: 100, ratio: 1 },
  { ...row, candidate: "connect", median: 200, ratio: 2 },
  { ...row, candidate: "cortado", median: 110, ratio: 1.1 },
];

test("a panel lists candidates from best to worst, with value and ratio", () => {
  const svg = plot({ title: "A & B", machine: "2 x CPU", rows });
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);
  expect(texts).toEqual([
    "A &amp; B",
    "2 x CPU",
    "1 at a time, p50",
    "less is better",
    "hand-written, coalesced",
    "100 µs",
    "Cortado, WebSocket",
    "110 µs · 1.10x",
    "connect-web",
    "200 µs · 2.00x",
  ]);
});

test("bars begin at zero and are proportional; whiskers stay in the panel", () => {
  const svg = plot({ title: "", machine: "", rows });
  const widths = [...svg.matchAll(/<rect class="(?:bar|base|own)"[^>]* width="([^"]*)"/g)].map(
    ([, width]) => Number(width),
  );
  expect(widths[0] / widths[2]).toBeCloseTo(0.5, 2);
  expect(svg).not.toMatch(/NaN|undefined|Infinity/);
});
