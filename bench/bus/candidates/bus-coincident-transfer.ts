// SPDX-License-Identifier: Apache-2.0
// coincident, the payload moved to the worker. It has no way to move it back.
import coincident from "coincident/main";
import type { OpenBus } from "../connection.ts";

export const open: OpenBus = async (script) => {
  const { Worker, transfer } = coincident();
  const { proxy } = new Worker(script);
  return {
    take: (size) => new Uint8Array(size),
    call: (payload) => proxy.check(payload, transfer(payload.buffer)),
  };
};
