// SPDX-License-Identifier: Apache-2.0
// Rows that come off the kernel, made into bands as the page wants them. What makes the rows is told
// it as a function.

import type { BandInit } from "../generated/imaging.cortado.ts";
import { cut, type Plan, pixelSize, type Rows } from "../plan.ts";
import type { Kernel, Room } from "./kernel.ts";

const binCount = 3 * 256;
const binSize = 4;

export interface Making {
  readonly plan: Plan;
  readonly rows: Rows;
  /** Scratch memory that the maker asks for. */
  readonly scratchSize: number;
  /** Before the first row, where it was put. */
  begin(scratch: number): void;
  /** Puts the next rows there. */
  make(scratch: number, rows: Rows, result: number): void;
}

/** Who cancels is heard between two bands. Calls take turns: there is one scratch memory. */
export async function* bandsOf(
  kernel: Kernel,
  room: Room,
  making: Making,
  signal: AbortSignal,
): AsyncGenerator<BandInit> {
  const leave = await kernel.enter();
  try {
    if (!signal.aborted) yield* made(kernel, room, making, signal);
  } finally {
    leave();
  }
}

async function* made(
  kernel: Kernel,
  room: Room,
  making: Making,
  signal: AbortSignal,
): AsyncGenerator<BandInit> {
  const { plan, rows, scratchSize } = making;
  const { width, height, shrink, bandRows } = plan;
  const rowSize = width * pixelSize;
  const smallRowSize = Math.ceil(width / shrink) * pixelSize;
  const smallSizeOf = (count: number) => Math.ceil(count / shrink) * smallRowSize;
  const places = [scratchSize, rowSize * 4, binCount * binSize, smallSizeOf(bandRows)];
  const [scratch = 0, sums = 0, bins = 0, small = 0, spare = 0] = kernel.scratch(
    ...places,
    bandRows * rowSize,
  );
  making.begin(scratch);
  for (const { first, count } of cut(rows, bandRows)) {
    const startedMs = performance.now();
    const size = count * rowSize;
    const pixels = room.allocate(size);
    // Where there is no room in shared memory, the band is made aside and copied.
    const result = kernel.addressOf(pixels) ?? spare;
    making.make(scratch, { first, count }, result);
    kernel.exports.shrink(result, width, count, shrink, sums, small);
    kernel.exports.count(result, width * count, bins);
    if (result === spare) pixels.set(kernel.view(spare, size));
    yield {
      ...{ width, height, first, count, pixels, worker: self.name },
      small: kernel.copy(small, smallSizeOf(count)),
      levels: kernel.numbers(bins, binCount),
      tookMs: performance.now() - startedMs,
    };
    await turn();
    if (signal.aborted) return;
  }
}

const channel = new MessageChannel();

/** Lets the worker hear what has come in the meantime. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    channel.port1.onmessage = () => resolve();
    channel.port2.postMessage(null);
  });
}
