// SPDX-License-Identifier: Apache-2.0
// The messages by which a page and its worker find each other, beside whatever else they say: the
// worker says that it is ready; the page gives it a port and, where both can share memory, the bus; on
// the port the worker says where on the bus it is.
import type { Segment } from "../bus/segment.ts";
import type { MethodSignature } from "./signatures.ts";

export interface Ready {
  readonly cortado: "ready";
  /** A lock that the worker holds for as long as it lives; undefined where there are none. */
  readonly lock: string | undefined;
  /** What people call it. */
  readonly name: string;
  readonly canShare: boolean;
  /** Its end is a program's (page-socket.ts), which reads whole messages and knows its page alone. */
  readonly isProgram: boolean;
}

export interface Welcome {
  readonly cortado: "welcome";
  readonly port: MessagePort;
  readonly bus: BusOffer | undefined;
}

/** A bus, who the worker is there, and where the page is. */
export interface BusOffer extends Place {
  readonly segment: Segment;
  readonly ticket: number;
}

/** Where somebody is on the bus, and whether no port is needed to wake it. */
export interface Place {
  readonly slot: number;
  readonly wakesItself: boolean;
}

/** From the worker, whenever it has something new to serve. */
export interface Serves {
  readonly cortado: "serves";
  /** As keyOf() makes them. */
  readonly interfaces: readonly string[];
  /** The same by method; not told by what is no TypeScript. */
  readonly methods?: readonly MethodSignature[];
}

/** From the page: another worker, to be called without the page on the way. */
export interface PeerOffer {
  readonly cortado: "peer";
  /** Among the workers of the page. */
  readonly id: number;
  readonly name: string;
  /** What it serves. */
  readonly interfaces: readonly string[];
  readonly port: MessagePort;
  /** On the bus that both are on, if they are. */
  readonly place: Place | undefined;
  /** One of the two accepts, the other connects. */
  readonly accepts: boolean;
}

/** From the page: new calls are not for that worker any more. PeerLeft is the answer. */
export interface PeerLeaving {
  readonly cortado: "leaving";
  readonly id: number;
}

/** From a worker: its calls to one that leaves are over. */
export interface PeerLeft {
  readonly cortado: "left";
  readonly id: number;
}

/** From the page: the worker is no more. */
export interface PeerGone {
  readonly cortado: "gone";
  readonly id: number;
}

/** The first message on the port of a worker that was offered a bus; a text: why it does not come. */
export interface Joined {
  readonly place: Place | string;
}

export type FromWorker = Ready | Serves | PeerLeft;
export type FromPage = Welcome | PeerOffer | PeerLeaving | PeerGone;

/** What of a worker's messages is ours; undefined: it is the user's own. */
export function fromWorker(data: unknown): FromWorker | undefined {
  return isGreeting(data) ? (data as FromWorker) : undefined;
}

export function fromPage(data: unknown): FromPage | undefined {
  return isGreeting(data) ? (data as FromPage) : undefined;
}

function isGreeting(data: unknown): boolean {
  return (
    typeof data === "object" && data !== null && typeof Reflect.get(data, "cortado") === "string"
  );
}

/** What an interface is called in these messages. */
export function keyOf(low: number, high: number): string {
  return `${low}.${high}`;
}

/** Whether this thread can be given shared memory. */
export function canShare(): boolean {
  return typeof SharedArrayBuffer === "function" && globalThis.crossOriginIsolated !== false;
}
