// SPDX-License-Identifier: Apache-2.0
// The generated client of a worker, as any page would use it.
import {
  connectWorker,
  type LocalCarrier,
  openBus,
  type WorkerLink,
  type WorkerLinkOptions,
} from "cortado/workers";
import { CheckerClient } from "../dist/schema/bus.cortado.ts";
import { type BusConnection, calling } from "./connection.ts";
import { checkOf } from "./payload.ts";

/** Room for 64 MiB, and for those of the call before, which are being read. */
const segmentBytes = 160 << 20;

export interface CortadoWorker {
  readonly link: WorkerLink;
  readonly check: (payload: Uint8Array) => Promise<number>;
}

/** Resolves when a call was answered, over `carrier`. */
async function connectTo(
  script: URL,
  carrier: LocalCarrier,
  options: WorkerLinkOptions,
): Promise<CortadoWorker> {
  const link = connectWorker(new Worker(script, { type: "module" }), options);
  const checker = new CheckerClient(link);
  const check = (payload: Uint8Array) => checker.check({ payload }).then(({ check }) => check);
  const payload = Uint8Array.of(1, 2, 3);
  if ((await check(payload)) !== checkOf(payload)) throw new Error("it answers something else");
  if (link.carrier !== carrier) throw new Error(JSON.stringify(link.diagnose()));
  return { link, check };
}

export function connectByBus(script: URL): Promise<CortadoWorker> {
  return connectTo(script, "bus", { bus: openBus({ bytes: segmentBytes }) });
}

export function connectByPort(script: URL): Promise<CortadoWorker> {
  return connectTo(script, "port", { bus: "none" });
}

/** Calls that leave the payload where it is. */
export async function copying(worker: Promise<CortadoWorker>): Promise<BusConnection> {
  return calling((await worker).check);
}

/** Calls with payloads that were written where they are read. */
export async function inPlace(worker: Promise<CortadoWorker>): Promise<BusConnection> {
  const { link, check } = await worker;
  return { take: (size) => link.allocate(size), call: check };
}
