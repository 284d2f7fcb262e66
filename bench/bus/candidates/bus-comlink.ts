// SPDX-License-Identifier: Apache-2.0
// Comlink, which copies what is not moved.
import { wrap } from "comlink";
import { calling, type OpenBus } from "../connection.ts";
import type { ComlinkChecker } from "./bus-comlink.worker.ts";

export const open: OpenBus = async (script) => {
  const checker = wrap<ComlinkChecker>(new Worker(script, { type: "module" }));
  return calling((payload) => checker.check(payload));
};
