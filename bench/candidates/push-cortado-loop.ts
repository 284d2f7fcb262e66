// SPDX-License-Identifier: Apache-2.0
// Cortado: a stream read by `for await`.
import type { Open } from "../page/candidate.ts";
import { connectPush } from "../page/cortado-push.ts";

export const open: Open = (origin) =>
  connectPush(origin, { carrier: "websocket" }, async (items, read) => {
    for await (const { text } of items) read(text);
  });
