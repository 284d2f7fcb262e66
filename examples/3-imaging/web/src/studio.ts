// SPDX-License-Identifier: Apache-2.0
// The people of the darkroom: workers that are called by generated clients, each with one job at a
// time. One that ends, however it does, is replaced, and its job is done by another.
import { type CallOptions, RpcError } from "cortado";
import {
  type Bus,
  connectWorker,
  openBus,
  type WorkerDiagnosis,
  type WorkerLink,
} from "cortado/workers";
import { ImagingClient, RoundClient } from "./generated/imaging.cortado.ts";

export interface StudioOptions {
  readonly size: number;
  /** "port": messages, although shared memory could be had. */
  readonly carrier: "bus" | "port";
  readonly onChange: () => void;
  /** A worker has ended that was not told to. */
  readonly onLost: (name: string, why: RpcError) => void;
}

/** Room for the photo, what is made of it, and what is on its way. */
const segmentBytes = 384 << 20;
/** Tries of one job: who loses more workers than that loses the next one, too. */
const triesMax = 3;

export interface Hand {
  readonly name: string;
  readonly imaging: ImagingClient;
  readonly link: WorkerLink;
  readonly isBusy: boolean;
}

export class Studio {
  readonly hands: StudioHand[] = [];
  readonly #options: StudioOptions;
  readonly #waiting: (() => void)[] = [];
  readonly #bus: Promise<Bus> | "none";
  /** Memory is asked for through it, even when its worker is no more: it is the page's. */
  readonly #first: WorkerLink;
  #count = 0;
  #opened: Bus | undefined;
  #lastWhy = new RpcError("unavailable", "the studio is closed");

  constructor(options: StudioOptions) {
    this.#options = options;
    const isShared = options.carrier === "bus" && globalThis.crossOriginIsolated;
    this.#bus = isShared ? openBus({ bytes: segmentBytes }) : "none";
    const first = this.#hire();
    this.#first = first.link;
    this.hands.push(first);
    while (this.hands.length < options.size) this.hands.push(this.#hire());
  }

  /** Fulfilled when a worker is there, so that it is known how calls go. */
  async opened(): Promise<void> {
    await new RoundClient(this.#first).ping({});
    if (this.#first.carrier === "bus" && this.#bus !== "none") this.#opened = await this.#bus;
  }

  /** Bytes of shared memory that somebody holds; undefined where there is none. */
  get heldBytes(): number | undefined {
    return this.#opened === undefined ? undefined : segmentBytes - this.#opened.freeBytes;
  }

  diagnose(): WorkerDiagnosis {
    return this.#first.diagnose();
  }

  /** Room for pixels: in shared memory, where there is such. */
  allocate(size: number): Uint8Array<ArrayBufferLike> {
    return this.#first.allocate(size);
  }

  release(bytes: Uint8Array<ArrayBufferLike>): void {
    this.#first.release(bytes);
  }

  /** Where `bytes` are for the workers; undefined: they have to be sent. */
  addressOf(bytes: Uint8Array<ArrayBufferLike>): number | undefined {
    return bytes.buffer === this.#first.memory?.buffer ? bytes.byteOffset : undefined;
  }

  /** Has a worker do it that has nothing else to do. Again, by another, if that one is lost. */
  async run<Result>(
    work: (hand: Hand) => Promise<Result>,
    { signal }: CallOptions = {},
  ): Promise<Result> {
    for (let tries = 1; ; tries += 1) {
      const hand = await this.#idle();
      try {
        if (signal?.aborted) throw new RpcError("cancelled", "nobody wants it any more");
        hand.isBusy = true;
        this.#options.onChange();
        return await work(hand);
      } catch (thrown) {
        if (tries === triesMax || !(await hasEnded(hand.link))) throw thrown;
      } finally {
        hand.isBusy = false;
        this.#wake();
        this.#options.onChange();
      }
    }
  }

  /** As a crash would. */
  terminate(name: string): void {
    this.hands.find((hand) => hand.name === name)?.worker.terminate();
  }

  close(): void {
    for (const { link, worker } of this.hands.splice(0)) {
      link.close();
      worker.terminate();
    }
    if (this.#bus !== "none") void this.#bus.then((bus) => bus.close());
  }

  async #idle(): Promise<StudioHand> {
    for (;;) {
      if (this.hands.length === 0) throw this.#lastWhy;
      const idle = this.hands.find(({ isBusy }) => !isBusy);
      if (idle !== undefined) {
        idle.isBusy = true; // before anybody else finds it
        return idle;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #hire(): StudioHand {
    this.#count += 1;
    const name = `Worker ${this.#count}`;
    const worker = new Worker(new URL("./imaging.worker.js", import.meta.url), {
      type: "module",
      name,
    });
    const link = connectWorker(worker, { bus: this.#bus, payloads: "in-place" });
    const hand = new StudioHand(name, worker, link);
    void link.closed.then((why) => this.#left(hand, why));
    return hand;
  }

  /** One that was never there is not replaced: the next would not come, either. */
  #left(hand: StudioHand, why: RpcError): void {
    const index = this.hands.indexOf(hand);
    if (index < 0) return; // closed
    hand.worker.terminate();
    this.#lastWhy = why;
    this.hands.splice(index, 1, ...(hand.link.carrier === undefined ? [] : [this.#hire()]));
    this.#options.onLost(hand.name, why);
    this.#wake();
    this.#options.onChange();
  }

  /** All: some may have waited for one who is no more. */
  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** Whether no call succeeds any more. */
async function hasEnded({ closed }: WorkerLink): Promise<boolean> {
  let isClosed = false;
  void closed.then(() => {
    isClosed = true;
  });
  await Promise.resolve(); // what is fulfilled already is told before
  return isClosed;
}

class StudioHand implements Hand {
  readonly name: string;
  readonly worker: Worker;
  readonly link: WorkerLink;
  readonly imaging: ImagingClient;
  isBusy = false;

  constructor(name: string, worker: Worker, link: WorkerLink) {
    this.name = name;
    this.worker = worker;
    this.link = link;
    this.imaging = new ImagingClient(link);
  }
}
