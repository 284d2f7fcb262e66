// SPDX-License-Identifier: Apache-2.0
// The generated client of a worker, as any page would use it.
import { connectWorker, type WorkerLinkOptions } from "cortado/workers";
import { CheckerClient } from "../dist/schema/bus.cortado.ts";
import { type BusConnection, calling } from "./connection.ts";

export function openCortado(script: URL, options: WorkerLinkOptions): BusConnection {
  const link = connectWorker(new Worker(script, { type: "module" }), options);
  const checker = new CheckerClient(link);
  return calling((payload) => checker.check({ payload }).then(({ check }) => check));
}
