// SPDX-License-Identifier: Apache-2.0
// A page's end: a worker that serves, and may call what the page serves. However the worker ends,
// calls in flight end with it: it does not start, is terminated, crashes, or hangs.
import type { Diagnosis, Finding } from "../index.ts";
import { endThatAccepts, environmentFindings, RpcError } from "../index.ts";
import { type Bus, sharedBus } from "./bus.ts";
import { canShare, isReady, type Joined, type Ready, type Welcome } from "./greeting.ts";
import { type LocalCarrier, LocalLink, type LocalLinkOptions } from "./local-link.ts";

export interface WorkerLinkOptions extends LocalLinkOptions {
  /** Milliseconds a worker may take until it has called connectPage(). */
  readonly startTimeoutMs?: number | undefined;
  /**
   * Shared memory to use: one from openBus(), or none. Unless told, that which all workers of a
   * page share, where the page is cross-origin isolated.
   */
  readonly bus?: Bus | PromiseLike<Bus> | "none" | undefined;
}

/** What diagnose() says. */
export interface WorkerDiagnosis extends Pick<Diagnosis, "why" | "findings"> {
  readonly carrier: LocalCarrier | undefined;
}

const startTimeoutMsDefault = 30_000;

export class WorkerLink extends LocalLink {
  protected override readonly leftWords = "the worker has left";
  protected override readonly silentWords = "the worker hangs: it gives no sign of life";
  readonly #worker: Worker;
  readonly #watch = new AbortController();
  readonly #opening: Promise<Bus | undefined>;
  #bus: Bus | undefined;
  #place: { readonly slot: number; readonly state: number } | undefined;
  #startTimer: ReturnType<typeof setTimeout> | undefined;
  /** Why it is not on the bus. */
  #finding: Finding | undefined;

  /** For connectWorker(). */
  constructor(worker: Worker, options: WorkerLinkOptions) {
    super(endThatAccepts, options);
    this.#worker = worker;
    const { signal } = this.#watch;
    worker.addEventListener("message", this.#onMessage);
    worker.addEventListener("error", this.#onError, { signal });
    const startTimeoutMs = options.startTimeoutMs ?? startTimeoutMsDefault;
    this.#startTimer = setTimeout(() => {
      const reason = `the worker has not called connectPage() within ${startTimeoutMs} ms`;
      this.end(new RpcError("unavailable", reason));
    }, startTimeoutMs);
    this.#opening = this.#open(options.bus);
  }

  /** While the worker starts. */
  async #open(choice: WorkerLinkOptions["bus"]): Promise<Bus | undefined> {
    if (choice === "none" || (choice === undefined && !canShare())) return undefined;
    try {
      const bus = await (choice ?? sharedBus());
      // At once: a shared bus ends with the last that uses it.
      bus.use();
      if (this.#watch.signal.aborted) bus.unuse();
      else this.#bus = bus;
      return bus;
    } catch (thrown) {
      this.#stayOnPort(RpcError.from(thrown).reason);
      return undefined;
    }
  }

  #stayOnPort(why: string): void {
    this.#finding = {
      about: "bus",
      finding: why,
      cure: "see the finding; messages work meanwhile",
    };
  }

  // --- its beginning ---------------------------------------------------------------------------

  readonly #onMessage = ({ data }: MessageEvent<unknown>): void => {
    if (!isReady(data)) return; // the user's own
    this.#worker.removeEventListener("message", this.#onMessage);
    this.#started();
    this.otherTakesPayloads = data.takesPayloads;
    if (data.lock !== undefined) void this.#outlive(data.lock);
    void this.#welcome(data);
  };

  async #welcome({ canShare }: Ready): Promise<void> {
    const opened = await this.#opening;
    const isOver = this.#watch.signal.aborted; // the worker is told so by the port
    const bus = canShare && !isOver ? opened : undefined;
    const { port1, port2 } = new MessageChannel();
    const welcome: Welcome = { cortado: "welcome", port: port2, bus: bus && offerOf(bus) };
    this.#worker.postMessage(welcome, [port2]);
    if (bus === undefined) {
      await this.meetByPort(port1);
      return;
    }
    port1.onmessage = ({ data }: MessageEvent<Joined>) => this.#onJoined(bus, port1, data);
  }

  #onJoined(bus: Bus, port: MessagePort, { place }: Joined): void {
    if (typeof place === "string") {
      this.#stayOnPort(place);
      void this.meetByPort(port);
      return;
    }
    this.#place = { slot: place.slot, state: bus.stateOf(place.slot) };
    void this.meetOnBus(port, bus.participant, place);
  }

  #started(): void {
    clearTimeout(this.#startTimer);
    this.#startTimer = undefined;
  }

  // --- its end ---------------------------------------------------------------------------------

  /** Later ones are the user's to hear: a worker lives on after them. */
  readonly #onError = (event: ErrorEvent): void => {
    if (this.#startTimer === undefined) return;
    const { message, filename, lineno } = event;
    const what = message ? `${message} (${filename}:${lineno})` : "its script does not load";
    this.end(new RpcError("unavailable", `the worker did not start: ${what}`));
  };

  /** The browser gives the lock away when the worker has ended, however it did. */
  async #outlive(lock: string): Promise<void> {
    await navigator.locks.request(lock, () => {
      this.end(new RpcError("unavailable", "the worker has ended: terminated, or crashed"));
      if (this.#place !== undefined) this.#bus?.bury(this.#place.slot, this.#place.state);
    });
  }

  protected override end(error: RpcError): void {
    this.#started();
    if (!this.#watch.signal.aborted) {
      this.#watch.abort();
      const bus = this.#bus;
      if (bus !== undefined) setTimeout(() => bus.unuse()); // when its last messages have left
    }
    super.end(error);
  }

  // --- what there is to know -------------------------------------------------------------------

  /** The shared memory; undefined over ports. */
  get memory(): WebAssembly.Memory | undefined {
    return this.carrier === "bus" ? this.#bus?.memory : undefined;
  }

  diagnose(): WorkerDiagnosis {
    const { carrier } = this;
    const findings = this.#finding === undefined ? [] : [this.#finding];
    return { carrier, why: this.#why(carrier), findings: [...findings, ...environmentFindings()] };
  }

  #why(carrier: LocalCarrier | undefined): string {
    if (carrier === undefined) return "the worker has not called connectPage() yet";
    if (carrier === "bus") return "memory is shared, and that is the fastest";
    if (this.#finding !== undefined) return "the bus could not be used";
    return canShare() ? "connectWorker() was told to use none" : "there is no shared memory";
  }
}

function offerOf({ participant }: Bus): Welcome["bus"] {
  const { segment, slot, wakesItself } = participant;
  return { segment, slot, wakesItself };
}

/**
 * A worker as a channel for generated clients: `new ImagingClient(connectWorker(worker))`. At once:
 * calls wait until the worker has called connectPage(). Call it in the turn in which the worker is
 * made, so that no message is missed.
 */
export function connectWorker(worker: Worker, options: WorkerLinkOptions = {}): WorkerLink {
  return new WorkerLink(worker, options);
}
