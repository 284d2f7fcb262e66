// SPDX-License-Identifier: Apache-2.0
// Workers that serve the same, as one channel: supervised-link.ts has one of them, pool.ts several.
// Each call goes to one worker; to which, and what becomes of the calls of one that ends, is decided
// here.
import {
  type CallAgain,
  Caller,
  type CallMore,
  type CallOptions,
  type MethodDescriptor,
  RpcError,
  type Service,
  wholeTimeoutMs,
} from "../index.ts";
import { Candidate } from "./candidate.ts";
import type { CrewLink } from "./crew-link.ts";
import { diagnoseCrew } from "./diagnose-crew.ts";
import { holdsGiven } from "./given.ts";
import { HeldCalls } from "./held-calls.ts";
import { timeoutMsDefault } from "./local-link.ts";
import type { RestartChoice } from "./restart.ts";
import { type MakeWorker, Seat, type SeatListener, type SeatOptions } from "./seat.ts";
import type { MethodSignature } from "./signatures.ts";
import type { WorkerDiagnosis, WorkerLinkOptions } from "./worker-link.ts";

export interface CrewOptions extends WorkerLinkOptions {
  /** Whether a worker that has ended is replaced, and how often that is tried. Default: true. */
  readonly restart?: RestartChoice | undefined;
}

/** What became of a worker. */
export interface RestartEvent {
  /** `restarting`: it has ended, and is replaced. `up`: it was. `failed`: it is given up. */
  readonly state: "restarting" | "up" | "failed";
  /** Why it has ended; undefined of `up`. */
  readonly error: RpcError | undefined;
  /** Milliseconds until its successor is started. */
  readonly inMs: number;
}

export interface SwapOptions {
  /** Milliseconds that predecessors may take to finish their calls; 0: for ever. Default: 30,000. */
  readonly drainMs?: number | undefined;
}

/** New calls go to the successor. */
export interface Swapped {
  /** Fulfilled when the predecessors have ended. */
  readonly drained: Promise<void>;
}

const drainMsDefault = 30_000;
const nothing: CallMore = {};

export abstract class Crew extends Caller implements SeatListener {
  /** Fulfilled, with the reason, when it has ended: no call succeeds any more. */
  readonly closed: Promise<RpcError>;
  readonly services: Service[] = [];
  readonly #options: SeatOptions;
  readonly #listeners = new Set<(event: RestartEvent) => void>();
  readonly #held = new HeldCalls();
  /** Those that finish what they have. */
  readonly #leaving = new Set<Seat>();
  readonly #restarting = new WeakSet<Seat>();
  #seats: readonly Seat[] = [];
  #candidate: Candidate | undefined;
  #make: MakeWorker;
  #size: number;
  /** So many fewer there can be: their workers did not start, again and again. */
  #lost = 0;
  /** What the workers serve. */
  #serves: readonly MethodSignature[] = [];
  /** Through which payloads go back even when its worker has ended. */
  #lastUp: CrewLink | undefined;
  /** Where the seat is that had a call last. */
  #turn = 0;
  #lastError: RpcError | undefined;
  #error: RpcError | undefined;
  #resolveClosed: (error: RpcError) => void = () => {};

  constructor(make: MakeWorker, size: number, { restart = true, ...options }: CrewOptions) {
    super();
    this.#make = make;
    this.#size = size;
    this.#options = { ...options, restart };
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
  }

  /** Answers calls of the workers, those to come, too. */
  serve(service: Service): void {
    this.services.push(service);
    for (const { link } of this.#all()) link?.serve(service);
  }

  /** Tells when a worker has ended, and when it was replaced. Returns what ends it. */
  onRestart(listener: (event: RestartEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends the workers: calls in flight reject with `cancelled`. */
  close(): void {
    this.#end(new RpcError("cancelled", "it was closed"));
  }

  /** See LocalLink. Over ports it is copied when the call goes to another worker than was thought. */
  allocate(size: number): Uint8Array {
    return this.upLink?.allocate(size) ?? new Uint8Array(size);
  }

  /** See LocalLink. */
  release(payload: Uint8Array): void {
    this.#lastUp?.release(payload);
  }

  /** The shared memory; undefined over ports, and while no worker is there. */
  get memory(): WebAssembly.Memory | undefined {
    return this.upLink?.memory;
  }

  diagnose(): WorkerDiagnosis {
    const isRestarting = this.#seats.some(({ state }) => state === "waiting");
    return diagnoseCrew(this.upLink, isRestarting, this.#lastError, this.#error);
  }

  // --- for those who extend it -----------------------------------------------------------------

  protected get seats(): readonly Seat[] {
    return this.#seats;
  }

  protected get size(): number {
    return this.#size;
  }

  /** Why it has ended. */
  protected get error(): RpcError | undefined {
    return this.#error;
  }

  /** Some link to a worker that is there. */
  protected get upLink(): CrewLink | undefined {
    return this.#seats.find(({ state }) => state === "up")?.link;
  }

  protected addWorker(): void {
    const seat = new Seat(this.#make, this.#options, this);
    this.#seats = [...this.#seats, seat];
    seat.start();
  }

  /** Fulfilled when those that are too many have finished what they had. */
  protected async setSize(size: number): Promise<void> {
    this.#size = size;
    this.#lost = 0;
    const load = (seat: Seat): number => (seat.state === "up" ? seat.busy : -1);
    const byLoad = [...this.#seats].sort((left, right) => load(left) - load(right));
    const left = this.#retire(byLoad.slice(0, Math.max(byLoad.length - size, 0)), 0);
    while (this.#held.count > this.#count("starting") && this.#mayAdd()) this.addWorker();
    await left;
  }

  // --- calls -----------------------------------------------------------------------------------

  override call<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    options?: CallOptions,
  ): Promise<R> {
    const fallback = this.#options.timeoutMs ?? timeoutMsDefault;
    const timeoutMs = options?.timeoutMs ?? (method.deadlineMs || fallback);
    return this.stream(method, params, wholeTimeoutMs(timeoutMs), options?.signal);
  }

  protected override stream<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    more = nothing,
  ): Promise<R> {
    if (this.#error !== undefined) return Promise.reject(this.#error);
    const link = this.#choose();
    return link === undefined
      ? this.#held.add(method, params, timeoutMs, signal, more)
      : link.take(method, params, timeoutMs, signal, more);
  }

  /** Of a call whose worker has ended. */
  readonly again: CallAgain = (method, params, timeoutMs, signal, more) => {
    if (!holdsGiven(params)) return this.stream(method, params, timeoutMs, signal, more);
    const reason = `the worker of ${method.service}.${method.name} has ended, and the call's payload with it; the call may have run: call again with another`;
    return Promise.reject(new RpcError("unknown", reason));
  };

  /** Who gets the next call; undefined: it waits. */
  #choose(): CrewLink | undefined {
    const best = this.#leastLoaded();
    if (best?.busy === 0) return best.link;
    if (this.#mayAdd()) this.addWorker();
    // One call waits for each worker that is starting; there is no knowing when it is there.
    const waits = best === undefined || this.#held.count < this.#count("starting");
    return waits ? undefined : best.link;
  }

  /** In turns between equals. */
  #leastLoaded(): Seat | undefined {
    const seats = this.#seats;
    const last = this.#turn;
    let best: Seat | undefined;
    for (let step = 1; step <= seats.length; step += 1) {
      const at = (last + step) % seats.length;
      const seat = seats[at];
      if (seat?.state !== "up" || (best !== undefined && seat.busy >= best.busy)) continue;
      best = seat;
      this.#turn = at;
    }
    return best;
  }

  #mayAdd(): boolean {
    return this.#seats.length + this.#lost < this.#size;
  }

  #count(state: Seat["state"]): number {
    return this.#seats.filter((seat) => seat.state === state).length;
  }

  #giveOne(to: Seat | undefined): void {
    const link = to?.link;
    if (link !== undefined) this.#held.giveOneTo((...call) => link.take(...call));
  }

  // --- what seats say --------------------------------------------------------------------------

  onUp(seat: Seat): void {
    this.#lastUp = seat.link;
    this.#serves = seat.link?.serves ?? [];
    if (this.#restarting.delete(seat)) this.#tell({ state: "up", error: undefined, inMs: 0 });
    // Its share: those that are starting get theirs.
    const share = Math.ceil(this.#held.count / (1 + this.#count("starting")));
    for (let given = 0; given < share; given += 1) this.#giveOne(seat);
  }

  onIdle(seat: Seat): void {
    this.#giveOne(seat);
  }

  onDown(seat: Seat, error: RpcError, inMs: number | undefined): void {
    if (!this.#seats.includes(seat)) return; // it was to leave
    this.#lastError = error;
    if (inMs === undefined) {
      this.#seats = this.#seats.filter((each) => each !== seat);
      this.#lost += 1;
      this.#tell({ state: "failed", error, inMs: 0 });
      if (this.#seats.length === 0) this.#end(givenUpError(seat, error));
    } else {
      this.#restarting.add(seat);
      this.#tell({ state: "restarting", error, inMs });
    }
    if (this.#count("starting") > 0 || this.#count("up") === 0) return;
    while (this.#held.count > 0) this.#giveOne(this.#leastLoaded());
  }

  #tell(event: RestartEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (thrown) {
        reportError(thrown); // the user's bug is the user's to see
      }
    }
  }

  // --- others in their place -------------------------------------------------------------------

  /**
   * Replaces the workers by `make`'s. One of them is started beside those that run. When it is there,
   * and serves at least what they served when they called connectPage(), new calls go to it and its
   * like, and the old ones finish theirs; when not, everything stays as it was, and this rejects with
   * what is wrong.
   */
  async swap(make: MakeWorker, { drainMs = drainMsDefault }: SwapOptions = {}): Promise<Swapped> {
    if (this.#error !== undefined) throw this.#error;
    if (this.#candidate !== undefined) {
      throw new RpcError("aborted", "another swap is under way: await it first");
    }
    const candidate = new Candidate(make, this.#options, this.services);
    this.#candidate = candidate;
    try {
      await candidate.prove(() => this.#serves);
    } finally {
      this.#candidate = undefined;
    }
    return { drained: this.#adopt(candidate.seat, make, drainMs) };
  }

  #adopt(seat: Seat, make: MakeWorker, drainMs: number): Promise<void> {
    const old = this.#seats;
    this.#make = make;
    this.#lost = 0;
    this.#seats = [seat];
    seat.join(this);
    if (old.some((each) => this.#restarting.has(each))) this.#restarting.add(seat);
    while (this.#seats.length < Math.min(old.length, this.#size)) this.addWorker();
    this.onUp(seat);
    return this.#retire(old, drainMs);
  }

  /** They get no more calls. */
  async #retire(seats: readonly Seat[], limitMs: number): Promise<void> {
    this.#seats = this.#seats.filter((seat) => !seats.includes(seat));
    await Promise.all(
      seats.map(async (seat) => {
        this.#leaving.add(seat);
        await seat.leave(limitMs);
        this.#leaving.delete(seat);
      }),
    );
  }

  #all(): Seat[] {
    const candidate = this.#candidate === undefined ? [] : [this.#candidate.seat];
    return [...this.#seats, ...this.#leaving, ...candidate];
  }

  #end(error: RpcError): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    const all = this.#all();
    this.#seats = [];
    for (const seat of all) seat.close();
    this.#held.rejectAll(error);
    this.#resolveClosed(error);
  }
}

function givenUpError({ failures }: Seat, error: RpcError): RpcError {
  if (failures <= 1) return error;
  const reason = `the worker has failed ${failures} times in a row, and is given up: ${error.reason}`;
  return new RpcError("unavailable", reason, { cause: error });
}
