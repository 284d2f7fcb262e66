// SPDX-License-Identifier: Apache-2.0
// Pictures by all workers: the rows cut into jobs, each a call whose bands stream back.
import { type ItemStream, RpcError } from "cortado";
import type { Band, ImagingClient, SettingsInit } from "./generated/imaging.cortado.ts";
import type { Photo } from "./photo.ts";
import { bandCountOf, bandsWanted, jobsOf, type Plan, type Rows, smallSizeMax } from "./plan.ts";
import type { Prints } from "./prints.ts";
import type { Studio } from "./studio.ts";

export interface Progress {
  readonly plan: Plan;
  readonly done: number;
  readonly bands: number;
  /** Since the first job. */
  readonly tookMs: number;
  /** The sum over all workers. */
  readonly workMs: number;
}

interface Run {
  readonly plan: Plan;
  readonly signal: AbortSignal;
  readonly onBand: (band: Band, progress: Progress) => void;
}

/** Rejects with `cancelled` when the signal says so. */
async function inBands(
  studio: Studio,
  { plan, signal, onBand }: Run,
  call: (imaging: ImagingClient, rows: Rows, signal: AbortSignal) => ItemStream<Band>,
): Promise<Progress> {
  const startedMs = performance.now();
  const bands = bandCountOf(plan);
  let progress: Progress = { plan, bands, done: 0, tookMs: 0, workMs: 0 };
  const done = new Set<number>(); // a job that was begun again brings bands twice
  const take = (band: Band) => {
    done.add(band.first);
    const tookMs = performance.now() - startedMs;
    const workMs = progress.workMs + band.tookMs;
    progress = { plan, bands, done: done.size, tookMs, workMs };
    onBand(band, progress);
  };
  const work = jobsOf(plan, studio.hands.length).map((rows) =>
    studio.run(({ imaging }) => call(imaging, rows, signal).forEach(take), { signal }),
  );
  const failed = (await Promise.allSettled(work)).find(({ status }) => status === "rejected");
  if (signal.aborted) throw new RpcError("cancelled", "a newer one was asked for");
  if (failed?.status === "rejected") throw failed.reason;
  return { ...progress, tookMs: performance.now() - startedMs };
}

export function landscape(studio: Studio, run: Run): Promise<Progress> {
  return inBands(studio, run, (imaging, rows, signal) =>
    imaging.landscape({ ...run.plan, ...rows }, { signal }),
  );
}

export function develop(
  studio: Studio,
  photo: Photo,
  settings: SettingsInit,
  run: Omit<Run, "plan">,
): Promise<Progress> {
  const { plan } = photo;
  return inBands(studio, { plan, ...run }, (imaging, rows, signal) =>
    imaging.develop({ ...plan, ...rows, source: photo.sourceOf(rows), settings }, { signal }),
  );
}

const pieceSize = 4 << 20;

/** A file's picture, in bands as they are decoded. */
export function decode(
  studio: Studio,
  file: Blob,
  onBand: (band: Band) => Promise<void>,
): Promise<void> {
  return studio.run(async ({ imaging }) => {
    const wanted = { largest: smallSizeMax, bands: bandsWanted };
    for await (const band of imaging.decode(piecesOf(file, wanted))) await onBand(band);
  });
}

async function* piecesOf(file: Blob, wanted: { largest: number; bands: number }) {
  for (let at = 0; at === 0 || at < file.size; at += pieceSize) {
    const piece = new Uint8Array(await file.slice(at, at + pieceSize).arrayBuffer());
    yield { piece, ...wanted };
  }
}

/** A JPEG file of all bands. */
export function encode(studio: Studio, prints: Prints, quality: number): Promise<Blob> {
  return studio.run(async ({ imaging, link }) => {
    const { width, height } = prints.plan;
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    const bands = function* () {
      for (const { pixels: kept } of prints.bands()) {
        const pixels = link.allocate(kept.length);
        pixels.set(kept);
        yield { width, height, quality, pixels };
      }
    };
    for await (const { piece } of imaging.encode(bands())) {
      pieces.push(new Uint8Array(piece));
      link.release(piece);
    }
    return new Blob(pieces, { type: "image/jpeg" });
  });
}
