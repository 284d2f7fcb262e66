// SPDX-License-Identifier: Apache-2.0
// coincident, whose calls to a worker are messages; it copies what is not moved.
import coincident from "coincident/main";
import { calling, type OpenBus } from "../connection.ts";

export const open: OpenBus = async (script) => {
  const { Worker } = coincident({ transfer: false });
  const { proxy } = new Worker(script);
  return calling((payload) => proxy.check(payload));
};
