// SPDX-License-Identifier: Apache-2.0
// A result as a table: a line a candidate, a column a case and metric.
import { titleOf } from "./candidates.mjs";
import { formatRatio, formatValue } from "./format.mjs";

/** Spaces between columns. */
const gap = 2;

/** Rows of text, the first being the headings. */
export function tableOf(rows, { columns = columnsOf(rows) } = {}) {
  const names = [...new Set(rows.map((row) => row.candidate))];
  const lines = names.map((name) => [
    titleOf(name),
    ...columns.map((column) => {
      const row = rows.find((each) => each.candidate === name && isIn(each, column));
      if (row === undefined) return "";
      const ratio = row.baseline === name ? "" : formatRatio(row.ratio);
      return `${formatValue(row.median, row.unit)}${ratio === "" ? "" : ` (${ratio})`}`;
    }),
  ]);
  return [["", ...columns.map(({ heading }) => heading)], ...lines];
}

export function columnsOf(rows) {
  const columns = new Map();
  for (const { case: name, metric } of rows) {
    const heading = metric === "rate" || metric === "time" ? name : `${name}, ${metric}`;
    columns.set(`${name}|${metric}`, { case: name, metric, heading });
  }
  return [...columns.values()];
}

export function isIn(row, column) {
  return row.case === column.case && row.metric === column.metric;
}

/** For a terminal: columns aligned, and as many below each other as it is too narrow for. */
export function printTable(table, width = process.stdout.columns ?? 120) {
  const widths = table[0].map((_, column) => Math.max(...table.map((line) => line[column].length)));
  for (let first = 1; first < widths.length; ) {
    let end = first + 1;
    let used = widths[0] + gap + widths[first];
    while (end < widths.length && used + gap + widths[end] <= width) used += gap + widths[end++];
    for (const line of table) {
      const cells = line.map((cell, column) => cell.padStart(widths[column])).slice(first, end);
      console.log([line[0].padEnd(widths[0]), ...cells].join(" ".repeat(gap)).trimEnd());
    }
    if (end < widths.length) console.log();
    first = end;
  }
}

/** For a page. */
export function markdownTable(table) {
  const [head, ...body] = table;
  const lines = [head, head.map((_, column) => (column === 0 ? "---" : "---:")), ...body];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}
