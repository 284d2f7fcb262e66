// SPDX-License-Identifier: Apache-2.0
// How a worker finds its page: it says that it is ready, and is given a port and perhaps a bus.
import { Participant } from "../bus/participant.ts";
import { RpcError } from "../index.ts";
import {
  canShare,
  fromPage,
  type Joined,
  type Place,
  type Ready,
  type Welcome,
} from "./greeting.ts";

/** What is used of a worker's global scope. */
export interface WorkerScope {
  readonly name?: string;
  postMessage(message: unknown): void;
  addEventListener(type: "message", listener: (event: MessageEvent<unknown>) => void): void;
  removeEventListener(type: "message", listener: (event: MessageEvent<unknown>) => void): void;
}

/** Where the page is. */
export interface Met {
  readonly port: MessagePort;
  /** This worker's own place, and where the page is; undefined where there is no shared memory. */
  readonly bus: { readonly participant: Participant; readonly other: Place } | undefined;
}

/**
 * `meet` is called in the task in which the page has answered, so that nothing of the port is missed.
 * `isProgram`: see Ready.
 */
export function meetPage(scope: WorkerScope, meet: (met: Met) => void, isProgram = false): void {
  const onMessage = ({ data }: MessageEvent<unknown>): void => {
    const message = fromPage(data);
    if (message?.cortado !== "welcome") return;
    scope.removeEventListener("message", onMessage);
    meet(accept(message));
  };
  scope.addEventListener("message", onMessage);
  void sayReady(scope, isProgram);
}

async function sayReady(scope: WorkerScope, isProgram: boolean): Promise<void> {
  const name = scope.name ?? "";
  const lock = await heldLock();
  const ready: Ready = { cortado: "ready", lock, name, canShare: canShare(), isProgram };
  scope.postMessage(ready);
}

function accept({ port, bus }: Welcome): Met {
  if (bus === undefined) return { port, bus };
  try {
    const participant = new Participant(bus.segment, true, bus.ticket);
    const { slot, wakesItself } = participant;
    port.postMessage({ place: { slot, wakesItself } } satisfies Joined);
    return { port, bus: { participant, other: bus } };
  } catch (thrown) {
    port.postMessage({ place: RpcError.from(thrown).reason } satisfies Joined);
    return { port, bus: undefined };
  }
}

/** The name of a lock of this worker's own, which it holds until it ends. */
function heldLock(): Promise<string | undefined> {
  const locks = globalThis.navigator?.locks;
  if (locks === undefined) return Promise.resolve(undefined);
  const name = `cortado.worker.${crypto.randomUUID()}`;
  return new Promise((resolve) => {
    void locks.request(name, () => {
      resolve(name);
      return new Promise(() => {});
    });
  });
}
