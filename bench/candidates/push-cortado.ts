// SPDX-License-Identifier: Apache-2.0
// Cortado: a stream read by a callback.
import type { Open } from "../page/candidate.ts";
import { connectPush } from "../page/cortado-push.ts";

export const open: Open = (origin) =>
  connectPush(origin, { carrier: "websocket" }, (items, read) =>
    items.forEach(({ text }) => {
      read(text);
    }),
  );
