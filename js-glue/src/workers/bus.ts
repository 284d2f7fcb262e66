// SPDX-License-Identifier: Apache-2.0
// The shared memory of a page and its workers, as its user opens it, or as connectWorker() does by
// itself.

import { Participant } from "../bus/participant.ts";
import { loadBusModule, makeSegment } from "../bus/segment.ts";
import { ticketSlotMask } from "../generated/bus.ts";
import { RpcError } from "../index.ts";
import { canShare } from "./greeting.ts";

export interface BusOptions {
  /** Of the shared memory, all of it and for good: 1 MiB to 1 GiB; 16 MiB unless told. */
  readonly bytes?: number | undefined;
  /**
   * `latency`: who waits for the next call looks for it for some 40 µs before it sleeps, where there are
   * more than two processors and as long as that pays: an answer comes sooner, and a battery empties
   * sooner. `battery` unless told.
   */
  readonly profile?: "latency" | "battery" | undefined;
  /** Where bus.wasm is; beside this file unless told. */
  readonly wasm?: string | URL | WebAssembly.Module | undefined;
}

export class Bus {
  readonly participant: Participant;
  readonly #isShared: boolean;
  #users = 0;

  /** For openBus(). `isShared`: it ends with its last worker. */
  constructor(participant: Participant, isShared: boolean) {
    this.participant = participant;
    this.#isShared = isShared;
  }

  /** Where all of it lies; modules of the user's own may run on it. */
  get memory(): WebAssembly.Memory {
    return this.participant.segment.memory;
  }

  /** Bytes that are free now, not in one run. */
  get freeBytes(): number {
    return this.participant.bus.free_size();
  }

  /** Ends the connections of all who are on it; its memory is freed when they have let go of it. */
  close(): void {
    if (pageBus?.opened === this) pageBus = undefined;
    this.participant.leave();
  }

  // --- for WorkerLink --------------------------------------------------------------------------

  use(): void {
    this.#users += 1;
  }

  unuse(): void {
    this.#users -= 1;
    if (this.#users === 0 && this.#isShared) this.close();
  }

  /** The thread of who has that ticket has ended: what it held is free. */
  bury(ticket: number): void {
    const { bus, me } = this.participant;
    const slot = ticket & ticketSlotMask;
    const isAnother = ((bus.state(slot) ^ ticket) & ~ticketSlotMask) !== 0;
    if (isAnother) return;
    bus.mark_dead(me, slot);
    bus.reclaim(me, slot);
  }
}

/** The bus of workers that were given no other. */
let pageBus: SharedBus | undefined;

interface SharedBus {
  readonly opening: Promise<Bus>;
  opened?: Bus;
}

export function sharedBus(): Promise<Bus> {
  if (pageBus !== undefined) return pageBus.opening;
  const made: SharedBus = { opening: open({}, true) };
  pageBus = made;
  made.opening.then(
    (bus) => {
      made.opened = bus;
    },
    () => {
      if (pageBus === made) pageBus = undefined; // the next one tries again
    },
  );
  return made.opening;
}

async function open({ bytes, wasm, profile }: BusOptions, isShared: boolean): Promise<Bus> {
  if (!canShare()) {
    const reason =
      "this page is not cross-origin isolated, so it has no shared memory: serve it with " +
      "Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp";
    throw new RpcError("failed_precondition", reason);
  }
  const module = await loadBusModule(wasm);
  return new Bus(
    new Participant(makeSegment(module, bytes, profile === "latency"), false),
    isShared,
  );
}

/**
 * A bus of its own, for workers that share more than 16 MiB, or nothing with others. Rejects with
 * `failed_precondition` in a page that is not cross-origin isolated.
 */
export function openBus(options: BusOptions = {}): Promise<Bus> {
  return open(options, false);
}
