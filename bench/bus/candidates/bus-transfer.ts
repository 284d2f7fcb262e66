// SPDX-License-Identifier: Apache-2.0
// postMessage by hand, which moves the payload there and back.
import { moving, type OpenBus, type Returned } from "../connection.ts";
import { postingTo } from "../post-message.ts";

export const open: OpenBus = async (script) => {
  const post = postingTo<Returned>(script);
  return moving((payload) => post(payload, [payload.buffer as ArrayBuffer])); // of a Pool
};
