// SPDX-License-Identifier: Apache-2.0
// Reads what a server tells at /metrics.

/** A number in Prometheus' text format, by its name with labels; throws when it is not there. */
export function metricOf(text, name) {
  const line = text.split("\n").find((each) => each.startsWith(`${name} `));
  if (line === undefined) throw new Error(`the server does not tell ${name}`);
  return Number(line.slice(name.length + 1));
}
