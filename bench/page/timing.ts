// SPDX-License-Identifier: Apache-2.0
// How calls are timed, whoever makes them and whatever they carry. Times are of performance.now(),
// whose step is 5 µs in Chromium where it is isolated.

/** One of those that call, each again when it has its answer. */
export interface Caller<Answer> {
  readonly call: () => Promise<Answer>;
  /** Throws when it is not the answer to the last call. */
  readonly check: (answer: Answer) => void;
}

/** One call right after the other: what each took, in µs. */
export async function timesOf<Answer>(
  { call, check }: Caller<Answer>,
  durationMs: number,
): Promise<number[]> {
  const timesUs: number[] = [];
  const end = performance.now() + durationMs;
  for (let before = performance.now(); before < end; ) {
    check(await call());
    const after = performance.now();
    timesUs.push((after - before) * 1000);
    before = after;
  }
  return timesUs;
}

/** `share` from 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(share * (sorted.length - 1))] ?? Number.NaN;
}

/** The mean of each `length` values that follow each other; of a rest there is none. */
export function meansOf(values: readonly number[], length: number): number[] {
  return Array.from({ length: Math.floor(values.length / length) }, (_, index) => {
    const part = values.slice(index * length, (index + 1) * length);
    return part.reduce((sum, value) => sum + value, 0) / length;
  });
}

/** Calls a second, of all callers together. */
export function rateOf<Answer>(
  callers: readonly Caller<Answer>[],
  durationMs: number,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const begin = performance.now();
    let calls = 0;
    let calling = callers.length;
    let stopping = false;
    const start = ({ call, check }: Caller<Answer>): void => {
      const answered = (answer: Answer): void => {
        try {
          check(answer);
        } catch (wrong) {
          reject(wrong);
          return;
        }
        calls += 1;
        // The clock is not free: it is read every 32 calls.
        if ((calls & 31) === 0) stopping ||= performance.now() - begin >= durationMs;
        if (!stopping) callAgain();
        else if (--calling === 0) resolve((calls / (performance.now() - begin)) * 1000);
      };
      const callAgain = (): void => {
        call().then(answered, reject);
      };
      callAgain();
    };
    for (const caller of callers) start(caller);
  });
}
