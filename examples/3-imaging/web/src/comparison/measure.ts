// SPDX-License-Identifier: Apache-2.0
// Measures all ways in rotation: each round asks each of them, and each is first as often as any
// other. So what else the machine does in the meantime meets them all.
import type { Bytes, Way } from "./ways.ts";

export const rounds = 12;
const pingsOfRound = 60;
const bandsOfRound = 2;
/** Of no round: code is compiled, memory is touched for the first time. */
const warmingPings = 60;
/** About 256 rows of a photo of 24 megapixels. */
export const bandSize = 6 << 20;

export interface Figures {
  readonly way: Way;
  /** Milliseconds, sorted. */
  readonly pingsMs: readonly number[];
  readonly bandsMs: readonly number[];
}

interface Contender {
  readonly way: Way;
  readonly pingsMs: number[];
  readonly bandsMs: number[];
  band: Bytes;
}

/** Calls back after each round. Throws when a way does not do its work. */
export async function measure(
  ways: readonly Way[],
  onRound: (figures: readonly Figures[], round: number) => void,
): Promise<void> {
  const contenders = ways.map<Contender>((way) => ({
    ...{ way, pingsMs: [], bandsMs: [] },
    band: way.band(bandSize),
  }));
  for (const each of contenders) {
    await pings(each, warmingPings);
    await bands(each, bandsOfRound);
    each.pingsMs.length = 0;
    each.bandsMs.length = 0;
  }
  for (let round = 0; round < rounds; round += 1) {
    for (let index = 0; index < contenders.length; index += 1) {
      const contender = contenders[(index + round) % contenders.length];
      if (contender === undefined) continue;
      await pings(contender, pingsOfRound);
      await bands(contender, bandsOfRound);
    }
    onRound(contenders.map(figuresOf), round + 1);
  }
}

async function pings({ way, pingsMs }: Contender, count: number): Promise<void> {
  if (way.ping === undefined) return;
  for (let number = 0; number < count; number += 1) {
    const startedMs = performance.now();
    const answer = await way.ping(number);
    pingsMs.push(performance.now() - startedMs);
    if (answer !== number + 1) throw new Error(`${way.name} answers ${answer} to ${number}`);
  }
}

async function bands(contender: Contender, count: number): Promise<void> {
  const { way, bandsMs } = contender;
  for (let index = 0; index < count; index += 1) {
    const before = contender.band[0] ?? 0;
    const startedMs = performance.now();
    contender.band = await way.pass(contender.band);
    bandsMs.push(performance.now() - startedMs);
    const { length, 0: first } = contender.band;
    if (length !== bandSize || first !== (before + 1) % 256) {
      throw new Error(`${way.name} brings back other pixels`);
    }
  }
}

function figuresOf({ way, pingsMs, bandsMs }: Contender): Figures {
  const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
  return { way, pingsMs: sorted(pingsMs), bandsMs: sorted(bandsMs) };
}

/** The value that a share of all are below. */
export function quantile(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}
