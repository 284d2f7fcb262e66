// SPDX-License-Identifier: Apache-2.0
// Cortado: a stream over fetch, as a JSON text sequence.
import type { Open } from "../page/candidate.ts";
import { connectPush } from "../page/cortado-push.ts";

export const open: Open = (origin) =>
  connectPush(origin, { carrier: "fetch" }, (items, read) =>
    items.forEach(({ text }) => {
      read(text);
    }),
  );
