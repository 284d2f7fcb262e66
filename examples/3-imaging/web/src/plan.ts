// SPDX-License-Identifier: Apache-2.0
// How a picture is cut: into bands, which are what one sees come back, and into jobs of several
// bands, which are what one worker does by one call. The page and its workers agree on it.

export interface Plan {
  readonly width: number;
  readonly height: number;
  /** How many pixels of the picture make one of the small picture, along each side. */
  readonly shrink: number;
  /** A multiple of `shrink`. */
  readonly bandRows: number;
}

export interface Rows {
  readonly first: number;
  readonly count: number;
}

export const pixelSize = 4;
/** The longest side of a small picture: as many pixels as a large screen shows of it. */
export const smallSizeMax = 2048;
export const bandsWanted = 60;

export function planOf(
  width: number,
  height: number,
  { largest = smallSizeMax, bands = bandsWanted }: { largest?: number; bands?: number } = {},
): Plan {
  const shrink = Math.max(1, Math.ceil(Math.max(width, height) / largest));
  const bandRows = Math.max(1, Math.round(height / bands / shrink)) * shrink;
  return { width, height, shrink, bandRows };
}

export function smallSizeOf({ width, height, shrink }: Plan): { width: number; height: number } {
  return { width: Math.ceil(width / shrink), height: Math.ceil(height / shrink) };
}

export function bandCountOf({ height, bandRows }: Plan): number {
  return Math.ceil(height / bandRows);
}

/** A few jobs for each worker, so that none is idle for long at the end. */
export function jobsOf(plan: Plan, workers: number): Rows[] {
  const bandsOfJob = Math.min(6, Math.max(1, Math.floor(bandCountOf(plan) / (workers * 3))));
  return cut({ first: 0, count: plan.height }, bandsOfJob * plan.bandRows);
}

/** `rows` in pieces of `size`, the last perhaps smaller. */
export function cut({ first, count }: Rows, size: number): Rows[] {
  const pieces: Rows[] = [];
  for (let row = first; row < first + count; row += size) {
    pieces.push({ first: row, count: Math.min(size, first + count - row) });
  }
  return pieces;
}
