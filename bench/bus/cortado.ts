// SPDX-License-Identifier: Apache-2.0
// The generated client of a worker, as any page would use it; and of another worker, whom the page
// has introduced.
import {
  connectPage,
  connectWorker,
  type LocalCarrier,
  openBus,
  type PageLink,
  syncClient,
  type WorkerLink,
  type WorkerLinkOptions,
} from "cortado/workers";
import { CheckerClient } from "../dist/schema/bus.cortado.ts";
import { type BusCandidate, type BusConnection, calling } from "./connection.ts";
import { checkOf } from "./payload.ts";
import { isWorker } from "./shared-caller.ts";

/** Room for 64 MiB, and for those of the call before, which are being read. */
const segmentBytes = 160 << 20;

type Channel = PageLink | WorkerLink;
type ConnectionOver = (channel: Channel) => BusConnection;

function candidate(carrier: LocalCarrier, connectionOver: ConnectionOver): BusCandidate {
  const options = (): WorkerLinkOptions => ({
    bus: carrier === "bus" ? openBus({ bytes: segmentBytes }) : "none",
  });
  return {
    async open(script) {
      const channel = isWorker ? connectPage() : connectWorker(startedFrom(script), options());
      await expectAnswer(channel);
      if (channel.carrier !== carrier) throw new Error(`it is the ${channel.carrier} that runs`);
      return connectionOver(channel);
    },
    introduce(caller, script) {
      const shared = options();
      connectWorker(caller, shared);
      connectWorker(startedFrom(script), shared);
    },
  };
}

function startedFrom(script: URL): Worker {
  return new Worker(script, { type: "module" });
}

/** Between workers the first call goes by way of the page, which then introduces them. */
async function expectAnswer(channel: Channel): Promise<void> {
  const payload = Uint8Array.of(1, 2, 3);
  const { check } = await new CheckerClient(channel).check({ payload });
  if (check !== checkOf(payload)) throw new Error("it answers something else");
}

/** Calls that leave the payload where it is. */
const copying: ConnectionOver = (channel) => {
  const checker = new CheckerClient(channel);
  return calling((payload) => checker.check({ payload }).then(({ check }) => check));
};

/** Calls with payloads that were written where they are read. */
const inPlace: ConnectionOver = (channel) => {
  const checker = new CheckerClient(channel);
  return {
    take: (size) => channel.allocate(size),
    call: (payload) => checker.check({ payload }).then(({ check }) => check),
  };
};

/** Calls that block their worker. */
const blocking: ConnectionOver = (channel) => {
  const checker = syncClient(CheckerClient, channel);
  return calling(async (payload) => checker.check({ payload }).check);
};

export const overBus = candidate("bus", copying);
export const inPlaceOverBus = candidate("bus", inPlace);
export const blockingOverBus = candidate("bus", blocking);
export const overPort = candidate("port", copying);
