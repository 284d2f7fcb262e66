// SPDX-License-Identifier: Apache-2.0
// A result as a table: a line a candidate, a column a case and metric.
import { titleOf } from "./candidates.mjs";
import { formatRatio, formatValue } from "./format.mjs";

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

/** For a terminal: columns aligned. */
export function printTable(table) {
  const widths = table[0].map((_, column) => Math.max(...table.map((line) => line[column].length)));
  for (const line of table) {
    const cells = line.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]),
    );
    console.log(cells.join("  ").trimEnd());
  }
}

/** For a page. */
export function markdownTable(table) {
  const [head, ...body] = table;
  const lines = [head, head.map((_, column) => (column === 0 ? "---" : "---:")), ...body];
  return lines.map((line) => `| ${line.join(" | ")} |`).join("\n");
}
