// SPDX-License-Identifier: Apache-2.0
// postMessage by hand, which copies: a message a call, a message an answer.
import { calling, type OpenBus } from "../connection.ts";
import { postingTo } from "../post-message.ts";

export const open: OpenBus = async (script) => {
  const post = postingTo<number>(script);
  return calling((payload) => post(payload, []));
};
