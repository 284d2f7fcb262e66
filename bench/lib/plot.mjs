// SPDX-License-Identifier: Apache-2.0
// A result as an SVG: a panel a case and metric, a bar a candidate from zero to the median, a line
// from the least to the most of all rounds. Readable on light and dark pages.
import { titleOf } from "./candidates.mjs";
import { formatRatio, formatValue, moreIsBetter } from "./format.mjs";
import { columnsOf, isIn } from "./table.mjs";

const panelsAcross = 2;
const panel = { width: 480, head: 44, bar: 14, step: 22, foot: 14 };
const margin = 24;
const labelWidth = 172;
const valueWidth = 118;

const style = `
  text { font: 12px system-ui, sans-serif; fill: #57606a }
  .title { font-size: 17px; font-weight: 600; fill: #1f2328 }
  .head { font-size: 13px; font-weight: 600; fill: #1f2328 }
  .bar { fill: #b6bec8 } .base { fill: #8c959f } .own { fill: #b4632a }
  .own-text { font-weight: 600; fill: #1f2328 }
  .axis { stroke: #d0d7de } .span { stroke: #57606a; stroke-opacity: .7 }
  .page { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #9198a1 } .title, .head, .own-text { fill: #f0f6fc }
    .bar { fill: #3d444d } .base { fill: #656c76 } .own { fill: #e08a4c }
    .axis { stroke: #3d444d } .span { stroke: #9198a1 } .page { fill: #0d1117 }
  }`;

export function plot({ title, machine, rows }) {
  const panels = columnsOf(rows).map((column) => ({
    column,
    rows: rows.filter((row) => isIn(row, column)).sort(bestFirst),
  }));
  const heights = [];
  for (let first = 0; first < panels.length; first += panelsAcross) {
    const line = panels.slice(first, first + panelsAcross);
    heights.push(Math.max(...line.map(panelHeight)));
  }
  const width =
    2 * margin + Math.min(panels.length, panelsAcross) * (panel.width + margin) - margin;
  const height = 84 + heights.reduce((sum, each) => sum + each + margin, 0);
  const drawn = panels.map((each, index) => {
    const line = Math.floor(index / panelsAcross);
    const above = heights.slice(0, line).reduce((sum, one) => sum + one + margin, 0);
    const left = margin + (index % panelsAcross) * (panel.width + margin);
    return `<g transform="translate(${left} ${72 + above})">${drawPanel(each)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<style>${style}</style>
<rect class="page" width="100%" height="100%" rx="8"/>
<text class="title" x="${margin}" y="34">${escapeXml(title)}</text>
<text x="${margin}" y="54">${escapeXml(machine)}</text>
${drawn.join("\n")}
</svg>
`;
}

function bestFirst(left, right) {
  const order = left.median - right.median;
  return moreIsBetter(left.unit) ? -order : order;
}

function panelHeight({ rows }) {
  return panel.head + rows.length * panel.step + panel.foot;
}

function drawPanel({ column, rows }) {
  const unit = rows[0].unit;
  const room = panel.width - labelWidth - valueWidth;
  // The whiskers of a slow candidate may leave the panel: the medians set the scale.
  const scale = room / Math.max(...rows.map((row) => row.median));
  const better = moreIsBetter(unit) ? "more is better" : "less is better";
  const bars = rows.map((row, index) =>
    drawBar(row, { top: panel.head + index * panel.step, scale, room }),
  );
  const end = panel.head + rows.length * panel.step - (panel.step - panel.bar) + 3;
  return `<text class="head" y="14">${escapeXml(column.heading)}</text>
<text y="31">${better}</text>
<line class="axis" x1="${labelWidth}" x2="${labelWidth}" y1="${panel.head - 3}" y2="${end}"/>
${bars.join("\n")}`;
}

function drawBar(row, { top, scale, room }) {
  const own = /^cortado/i.test(row.candidate);
  const kind = own ? "own" : row.candidate === row.baseline ? "base" : "bar";
  const x = (value) => (labelWidth + Math.min(value * scale, room)).toFixed(1);
  const middle = top + panel.bar / 2;
  const ratio = row.candidate === row.baseline ? "" : ` · ${formatRatio(row.ratio)}`;
  const text = own ? ' class="own-text"' : "";
  return `<text${text} x="${labelWidth - 8}" y="${top + 11}" text-anchor="end">${escapeXml(titleOf(row.candidate))}</text>
<rect class="${kind}" x="${labelWidth}" y="${top}" width="${(x(row.median) - labelWidth).toFixed(1)}" height="${panel.bar}" rx="2"/>
<line class="span" x1="${x(row.min)}" x2="${x(row.max)}" y1="${middle}" y2="${middle}"/>
<text${text} x="${labelWidth + room + 8}" y="${top + 11}">${escapeXml(formatValue(row.median, row.unit) + ratio)}</text>`;
}

function escapeXml(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
