// SPDX-License-Identifier: Apache-2.0
// Comlink, the payload moved there and back.
import { transfer, wrap } from "comlink";
import { moving, type OpenBus } from "../connection.ts";
import type { ComlinkChecker } from "./bus-comlink.worker.ts";

export const open: OpenBus = async (script) => {
  const checker = wrap<ComlinkChecker>(new Worker(script, { type: "module" }));
  return moving((payload) => checker.checkAndReturn(transfer(payload, [payload.buffer])));
};
