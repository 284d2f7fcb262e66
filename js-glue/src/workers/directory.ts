// SPDX-License-Identifier: Apache-2.0
// The workers of a page, and what each serves: who calls what the page does not serve finds it here.
// The first such call goes by way of the page, which then introduces the two to each other.
import { type Client, openClients, RpcError, type ServedMethod } from "../index.ts";
import { type FromPage, keyOf, type PeerOffer, type Place } from "./greeting.ts";
import type { LocalLink } from "./local-link.ts";
import { overWebSocket, type RelayedMethod, relay } from "./relay.ts";
import { noteWait } from "./waits.ts";

/** What the directory has to know of a worker. */
export interface Listed {
  readonly link: LocalLink;
  readonly name: string;
  /** As keyOf() makes them. */
  readonly interfaces: ReadonlySet<string>;
  /** On which bus, and where; undefined: on none. */
  /** It waits for the page in callSync(). */
  readonly isBlocked: boolean;
  readonly place: (Place & { readonly bus: unknown }) | undefined;
  /** Whose server its calls are for that nobody here serves. */
  readonly server: Client | undefined;
  post(message: FromPage, transfer: Transferable[]): void;
}

interface Entry {
  readonly id: number;
  /** Those of `peers` that call it directly, and have not finished with it. */
  readonly callers: Set<Listed>;
  /** Set when it leaves: its callers have finished. */
  onLeft?: () => void;
  readonly peers: Set<Listed>;
}

const entries = new Map<Listed, Entry>();
/** Workers of which it is not known yet what they serve. */
const starting = new Set<Promise<unknown>>();
let lastId = 0;

/** A worker is made; `known` is fulfilled when it has said what it serves, or will not come. */
export function expectWorker(known: Promise<unknown>): void {
  starting.add(known);
  void known.then(() => starting.delete(known));
}

export function list(worker: Listed): void {
  lastId += 1;
  entries.set(worker, { id: lastId, peers: new Set(), callers: new Set() });
}

export function unlist(worker: Listed): void {
  const entry = entries.get(worker);
  if (entry === undefined) return;
  entries.delete(worker);
  for (const peer of entry.peers) {
    const other = entries.get(peer);
    other?.peers.delete(worker);
    dropCaller(other, worker);
    peer.post({ cortado: "gone", id: entry.id }, []);
  }
}

/** Calls of other workers go elsewhere. Fulfilled when those that it has got directly are over. */
export function retire(worker: Listed): Promise<void> {
  const entry = entries.get(worker);
  if (entry === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    entry.onLeft = resolve;
    for (const caller of entry.callers) caller.post({ cortado: "leaving", id: entry.id }, []);
    if (entry.callers.size === 0) resolve();
  });
}

/** The calls of `caller` to the worker of that number, which leaves, are over. */
export function leftBy(caller: Listed, id: number): void {
  for (const entry of entries.values()) if (entry.id === id) dropCaller(entry, caller);
}

function dropCaller(entry: Entry | undefined, caller: Listed): void {
  if (entry?.callers.delete(caller) && entry.callers.size === 0) entry.onLeft?.();
}

/** Who answers calls of `caller` that the page does not serve. */
export function findFor(caller: Listed, method: RelayedMethod): ServedMethod {
  const key = keyOf(method.interfaceIdLow, method.interfaceIdHigh);
  return relay(method, async (signal) => {
    if (findWorker(caller, key) === undefined) await Promise.all(starting);
    const callee = findWorker(caller, key);
    if (callee !== undefined) {
      await callee.link.ready; // or it would not be known whether it is on the bus
      introduce(caller, callee);
      return { to: callee.link, ended: noteWait(caller, callee) };
    }
    return { to: await serverOf(caller, signal), ended: () => {} };
  });
}

async function serverOf({ server }: Listed, signal: AbortSignal): Promise<Client> {
  const [only, ...others] = server === undefined ? openClients : [server];
  if (only === undefined) {
    const reason = "neither the page nor a worker of it serves that, and it has no server";
    throw new RpcError("unimplemented", reason);
  }
  if (others.length > 0) throw ambiguous(others.length + 1);
  await overWebSocket(only, signal);
  return only;
}

function ambiguous(count: number): RpcError {
  const reason =
    `the page has ${count} connections, and it is not clear to which a worker's call belongs: ` +
    "say so by connectWorker(worker, { server })";
  return new RpcError("failed_precondition", reason);
}

/** Of several the one that the fewest others call. */
function findWorker(caller: Listed, key: string): Listed | undefined {
  let found: Listed | undefined;
  let fewest = Number.POSITIVE_INFINITY;
  for (const [worker, { onLeft, peers }] of entries) {
    if (worker === caller || onLeft !== undefined || !worker.interfaces.has(key)) continue;
    if (peers.size >= fewest) continue;
    found = worker;
    fewest = peers.size;
  }
  return found;
}

function introduce(caller: Listed, callee: Listed): void {
  const from = entries.get(caller);
  const to = entries.get(callee);
  if (from === undefined || to === undefined || from.peers.has(callee)) return;
  from.peers.add(callee);
  to.peers.add(caller);
  from.callers.add(callee);
  to.callers.add(caller);
  const { port1, port2 } = new MessageChannel();
  const isOneBus = caller.place !== undefined && caller.place.bus === callee.place?.bus;
  caller.post(offer(callee, to.id, port1, isOneBus, false), [port1]);
  callee.post(offer(caller, from.id, port2, isOneBus, true), [port2]);
}

function offer(
  { name, interfaces, place }: Listed,
  id: number,
  port: MessagePort,
  isOneBus: boolean,
  accepts: boolean,
): PeerOffer {
  const at = isOneBus && place ? { slot: place.slot, wakesItself: place.wakesItself } : undefined;
  return { cortado: "peer", id, name, interfaces: [...interfaces], port, place: at, accepts };
}
