// SPDX-License-Identifier: Apache-2.0
// A page's end: a worker that serves, and may call what the page serves. However the worker ends,
// calls in flight end with it: it does not start, is terminated, crashes, or hangs.
import type { Client, Diagnosis, Finding } from "../index.ts";
import { endThatAccepts, environmentFindings, RpcError } from "../index.ts";
import { type Bus, sharedBus } from "./bus.ts";
import { expectWorker, findFor, type Listed, leftBy, list, unlist } from "./directory.ts";
import {
  canShare,
  type FromPage,
  fromWorker,
  type Joined,
  type Place,
  type Ready,
  type Welcome,
} from "./greeting.ts";
import { type LocalCarrier, LocalLink, type LocalLinkOptions } from "./local-link.ts";
import type { MethodSignature } from "./signatures.ts";

export interface WorkerLinkOptions extends LocalLinkOptions {
  /** Milliseconds a worker may take until it has called connectPage(). */
  readonly startTimeoutMs?: number | undefined;
  /**
   * Shared memory to use: one from openBus(), or none. Unless told, that which all workers of a
   * page share, where the page is cross-origin isolated.
   */
  readonly bus?: Bus | PromiseLike<Bus> | "none" | undefined;
  /**
   * Whose server the worker calls for what neither the page nor another worker serves. Unless told,
   * the page's only connection.
   */
  readonly server?: Client | undefined;
}

/** What diagnose() says. */
export interface WorkerDiagnosis extends Pick<Diagnosis, "why" | "findings"> {
  readonly carrier: LocalCarrier | undefined;
}

const startTimeoutMsDefault = 30_000;
const notIsolated = "the worker has no shared memory, though this page has some";
const isolate = "serve its script with Cross-Origin-Embedder-Policy: require-corp, too";

export class WorkerLink extends LocalLink implements Listed {
  protected override readonly leftWords = "the worker has left";
  protected override readonly silentWords = "the worker hangs: it gives no sign of life";
  readonly #worker: Worker;
  readonly #watch = new AbortController();
  readonly #opening: Promise<Bus | undefined>;
  readonly server: Client | undefined;
  readonly link = this;
  /** What it serves, as keyOf() makes them. */
  readonly interfaces = new Set<string>();
  /** The same by method, of workers that tell. */
  readonly serves: MethodSignature[] = [];
  /** The worker has a slot before it is told of it: it may die in between. */
  #invitation: { readonly bus: Bus; readonly ticket: number } | undefined;
  #place: (Place & { readonly bus: Bus }) | undefined;
  #hasStarted = false;
  readonly #startTimer: ReturnType<typeof setTimeout>;
  /** Why it is not on the bus. */
  #finding: Finding | undefined;

  /** For connectWorker(). */
  constructor(worker: Worker, options: WorkerLinkOptions) {
    super(endThatAccepts, options, "the worker");
    this.#worker = worker;
    this.server = options.server;
    expectWorker(this.ready);
    this.services.fallback = (interfaceIdLow, interfaceIdHigh, ordinal, kind) =>
      findFor(this, { interfaceIdLow, interfaceIdHigh, ordinal, kind });
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
      this.#use(bus);
      return bus;
    } catch (thrown) {
      this.#stayOnPort(RpcError.from(thrown).reason);
      return undefined;
    }
  }

  /** From now on: the one that workers share could end before this one is there. */
  #use(bus: Bus): void {
    bus.use();
    // When its last messages have left.
    void this.closed.then(() => setTimeout(() => bus.unuse()));
  }

  #stayOnPort(finding: string, cure = "see the finding; messages work meanwhile"): void {
    this.#finding = { about: "bus", finding, cure };
  }

  // --- its beginning ---------------------------------------------------------------------------

  readonly #onMessage = ({ data }: MessageEvent<unknown>): void => {
    const message = fromWorker(data);
    if (message?.cortado === "serves") {
      for (const key of message.interfaces) this.interfaces.add(key);
      this.serves.push(...(message.methods ?? []));
    } else if (message?.cortado === "left") {
      leftBy(this, message.id);
    } else if (message?.cortado === "ready" && !this.#hasStarted) {
      this.#started();
      if (message.name) this.otherName = `the worker ${message.name}`;
      if (message.lock !== undefined) void this.#outlive(message.lock);
      void this.#welcome(message);
    }
  };

  // --- for the directory -----------------------------------------------------------------------

  get name(): string {
    return this.otherName;
  }

  get place(): Listed["place"] {
    return this.#place;
  }

  /** Other workers may call it. */
  protected enlist(): void {
    list(this);
  }

  post(message: FromPage, transfer: Transferable[]): void {
    this.#worker.postMessage(message, transfer);
  }

  async #welcome({ canShare, isProgram }: Ready): Promise<void> {
    this.otherTakesPayloads = !isProgram;
    const opened = await this.#opening;
    const isOver = this.#watch.signal.aborted; // the worker is told so by the port
    if (isOver) this.#worker.removeEventListener("message", this.#onMessage);
    else if (!isProgram) this.enlist();
    const bus = canShare && !isOver ? opened : undefined;
    if (opened !== undefined && !canShare) this.#stayOnPort(notIsolated, isolate);
    const { port1, port2 } = new MessageChannel();
    const offer = bus && this.#invite(bus);
    const welcome: Welcome = { cortado: "welcome", port: port2, bus: offer };
    this.#worker.postMessage(welcome, [port2]);
    if (bus === undefined || offer === undefined) {
      await this.meetByPort(port1);
      return;
    }
    port1.onmessage = ({ data }: MessageEvent<Joined>) => this.#onJoined(bus, port1, data);
  }

  #invite(bus: Bus): Welcome["bus"] {
    const { participant } = bus;
    try {
      const ticket = participant.invite();
      this.#invitation = { bus, ticket };
      const { segment, slot, wakesItself } = participant;
      return { segment, slot, wakesItself, ticket };
    } catch (thrown) {
      this.#stayOnPort(RpcError.from(thrown).reason);
      return undefined;
    }
  }

  #bury(): void {
    if (this.#invitation !== undefined) this.#invitation.bus.bury(this.#invitation.ticket);
  }

  #onJoined(bus: Bus, port: MessagePort, { place }: Joined): void {
    if (typeof place === "string") {
      this.#stayOnPort(place);
      this.#bury();
      void this.meetByPort(port);
      return;
    }
    this.#place = { ...place, bus };
    void this.meetOnBus(port, bus.participant, place);
  }

  #started(): void {
    this.#hasStarted = true;
    clearTimeout(this.#startTimer);
  }

  // --- its end ---------------------------------------------------------------------------------

  /** Later ones are the user's to hear: a worker lives on after them. */
  readonly #onError = (event: ErrorEvent): void => {
    if (this.#hasStarted) return;
    const { message, filename, lineno } = event;
    const what = message ? `${message} (${filename}:${lineno})` : "its script does not load";
    this.end(new RpcError("unavailable", `the worker did not start: ${what}`));
  };

  /** The browser gives the lock away when the worker has ended, however it did. */
  async #outlive(lock: string): Promise<void> {
    await navigator.locks.request(lock, () => {
      this.end(new RpcError("unavailable", "the worker has ended: terminated, or crashed"));
      this.#bury();
    });
  }

  protected override end(error: RpcError): void {
    clearTimeout(this.#startTimer);
    if (!this.#watch.signal.aborted) {
      this.#watch.abort();
      unlist(this);
      // One that is still to come is told that it is over.
      if (this.#hasStarted) this.#worker.removeEventListener("message", this.#onMessage);
    }
    super.end(error);
  }

  // --- what there is to know -------------------------------------------------------------------

  /** The shared memory; undefined over ports. */
  get memory(): WebAssembly.Memory | undefined {
    return this.carrier === "bus" ? this.#invitation?.bus.memory : undefined;
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
