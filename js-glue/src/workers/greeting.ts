// SPDX-License-Identifier: Apache-2.0
// The messages by which a page and its worker find each other, beside whatever else they say: the
// worker says that it is ready; the page gives it a port and, where both can share memory, the bus; on
// the port the worker says where on the bus it is.
import type { Segment } from "../bus/segment.ts";

export interface Ready {
  readonly cortado: "ready";
  /** A lock that the worker holds for as long as it lives; undefined where there are none. */
  readonly lock: string | undefined;
  /** What people call it. */
  readonly name: string;
  readonly canShare: boolean;
  /** Whether payloads may come beside their messages; not to a worker whose end is in C++. */
  readonly takesPayloads: boolean;
}

export interface Welcome {
  readonly cortado: "welcome";
  readonly port: MessagePort;
  readonly bus: BusOffer | undefined;
}

/** A bus to join, and who is there. */
export interface BusOffer extends Place {
  readonly segment: Segment;
}

/** Where somebody is on the bus, and whether no port is needed to wake it. */
export interface Place {
  readonly slot: number;
  readonly wakesItself: boolean;
}

/** The first message on the port of a worker that was offered a bus; a text: why it is not on it. */
export interface Joined {
  readonly place: Place | string;
}

export function isReady(data: unknown): data is Ready {
  return isGreeting(data, "ready");
}

export function isWelcome(data: unknown): data is Welcome {
  return isGreeting(data, "welcome");
}

function isGreeting(data: unknown, word: string): boolean {
  return typeof data === "object" && data !== null && Reflect.get(data, "cortado") === word;
}

/** Whether this thread can be given shared memory. */
export function canShare(): boolean {
  return typeof SharedArrayBuffer === "function" && globalThis.crossOriginIsolated !== false;
}
