// SPDX-License-Identifier: Apache-2.0
import type { Returned } from "../connection.ts";
import { checkOf } from "../payload.ts";
import { servePosts } from "../post-message.ts";

servePosts<Returned>((payload) => ({
  value: { check: checkOf(payload), payload },
  moved: [payload.buffer],
}));
