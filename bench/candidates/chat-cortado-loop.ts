// SPDX-License-Identifier: Apache-2.0
// Cortado: items taken from an async iterable, answers read by `for await`.
import type { Open } from "../page/candidate.ts";
import { asyncIterable, byLoop, connectChat } from "../page/cortado-streams.ts";

export const open: Open = (origin) => connectChat(origin, asyncIterable, byLoop);
