// SPDX-License-Identifier: Apache-2.0
// From one number a round to the rows of a result. Ratios are taken inside a round, where both
// candidates met the same machine, and only then the median: noise that lasts longer than a round
// cancels.

export function median(values) {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle];
  return (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The same list, begun at another place each round, and every other round backwards: who runs
 * first, and who after whom, changes. */
export function orderOf(list, round) {
  const rotated = list.map((_, index) => list[(index + round) % list.length]);
  return round % 2 === 0 ? rotated : rotated.reverse();
}

/** Values of one metric: candidate -> one number a round. */
export class Samples {
  #byKey = new Map();

  add({ candidate, case: name, metric, unit }, value) {
    if (!Number.isFinite(value)) throw new Error(`${candidate}, ${name}, ${metric}: ${value}`);
    const key = JSON.stringify([name, metric, candidate]);
    const entry = this.#byKey.get(key) ?? { candidate, case: name, metric, unit, values: [] };
    entry.values.push(value);
    this.#byKey.set(key, entry);
  }

  /** Rows in the order of the candidates, each compared with the one named `baseline`. */
  rows(candidates, baseline) {
    const ordered = candidates.flatMap(({ name }) => this.#of(name));
    return ordered.map(({ candidate, case: name, metric, unit, values }) => {
      const base = this.#byKey.get(JSON.stringify([name, metric, baseline]))?.values;
      return {
        candidate,
        case: name,
        metric,
        unit,
        min: Math.min(...values),
        median: median(values),
        max: Math.max(...values),
        baseline,
        ratio: base === undefined ? null : median(values.map((value, i) => value / base[i])),
      };
    });
  }

  #of(name) {
    return [...this.#byKey.values()].filter(({ candidate }) => candidate === name);
  }
}
