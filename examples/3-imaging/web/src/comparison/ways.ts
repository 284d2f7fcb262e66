// SPDX-License-Identifier: Apache-2.0
// The ways of the comparison. Each has a worker of its own that does the same (worker/round.ts), and
// is asked for a number, and to pass a band of pixels there and back.
import { type Remote, transfer, wrap } from "comlink";
import { connectWorker, type WorkerLink } from "cortado/workers";
import { RoundClient } from "../generated/imaging.cortado.ts";

export type Bytes = Uint8Array<ArrayBufferLike>;

export interface WayName {
  readonly name: string;
  /** What becomes of the bytes of a band. */
  readonly how: "moved" | "copied" | "transferred";
}

export interface Way extends WayName {
  /** Of no interest where only the way of bytes is another. */
  readonly ping: ((number: number) => Promise<number>) | undefined;
  /** Gives what came back; what was sent may be gone. */
  readonly pass: (pixels: Bytes) => Promise<Bytes>;
  /** Pixels to begin with. */
  readonly band: (size: number) => Bytes;
}

/** What comlink.worker.ts exposes. */
export interface ComlinkRound {
  next(number: number): number;
  marked(pixels: Bytes): Bytes;
  moved(pixels: Bytes): Bytes;
}

/** What bare.worker.ts understands: the id comes back with the answer. */
export interface BareRequest {
  readonly id: number;
  readonly number?: number;
  readonly pixels?: Bytes;
  readonly isMoved?: boolean;
}

const ownBand = (size: number): Bytes => new Uint8Array(size);

const onBus: WayName = { name: "Cortado, bus", how: "moved" };
const overPorts: WayName = { name: "Cortado, ports", how: "moved" };
const posted: WayName = { name: "postMessage", how: "copied" };
const postedAway: WayName = { name: "postMessage", how: "transferred" };
const byComlink: WayName = { name: "Comlink", how: "copied" };
const byComlinkAway: WayName = { name: "Comlink", how: "transferred" };

/** What there will be to see, in that order. */
export const wayNames: readonly WayName[] = [
  ...(globalThis.crossOriginIsolated ? [onBus] : []),
  ...[overPorts, posted, postedAway, byComlink, byComlinkAway],
];

/** Starts a worker for each. */
export async function startWays(): Promise<readonly Way[]> {
  const ours = [await cortado(overPorts, "none")];
  if (globalThis.crossOriginIsolated) ours.unshift(await cortado(onBus, undefined));
  return [...ours, ...bare(), ...comlink()];
}

async function cortado(name: WayName, bus: "none" | undefined): Promise<Way> {
  const worker = new Worker(new URL("./imaging.worker.js", import.meta.url), { type: "module" });
  const link: WorkerLink = connectWorker(worker, { bus, payloads: "in-place" });
  const round = new RoundClient(link);
  await round.ping({});
  return {
    ...name,
    ping: async (number) => (await round.ping({ number })).number,
    pass: async (pixels) => (await round.pass({ pixels })).pixels,
    band: (size) => link.allocate(size),
  };
}

function bare(): readonly Way[] {
  const worker = new Worker(new URL("./bare.worker.js", import.meta.url), { type: "module" });
  const waiting = new Map<number, (answer: BareRequest) => void>();
  let last = 0;
  worker.addEventListener("message", ({ data }: MessageEvent<BareRequest>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  });
  const ask = (request: Omit<BareRequest, "id">, moved: Transferable[] = []) =>
    new Promise<BareRequest>((resolve) => {
      last += 1;
      waiting.set(last, resolve);
      worker.postMessage({ ...request, id: last }, moved);
    });
  const passed = ({ pixels }: BareRequest) => pixels ?? new Uint8Array(0);
  return [
    {
      ...posted,
      ping: async (number) => (await ask({ number })).number ?? 0,
      pass: async (pixels) => passed(await ask({ pixels })),
      band: ownBand,
    },
    {
      ...postedAway,
      ping: undefined,
      pass: async (pixels) =>
        passed(await ask({ pixels, isMoved: true }, [pixels.buffer as ArrayBuffer])),
      band: ownBand,
    },
  ];
}

function comlink(): readonly Way[] {
  const worker = new Worker(new URL("./comlink.worker.js", import.meta.url), { type: "module" });
  const round: Remote<ComlinkRound> = wrap(worker);
  return [
    {
      ...byComlink,
      ping: (number) => round.next(number),
      pass: (pixels) => round.marked(pixels),
      band: ownBand,
    },
    {
      ...byComlinkAway,
      ping: undefined,
      pass: (pixels) => round.moved(transfer(pixels, [pixels.buffer as ArrayBuffer])),
      band: ownBand,
    },
  ];
}
