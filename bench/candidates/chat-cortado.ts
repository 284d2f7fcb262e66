// SPDX-License-Identifier: Apache-2.0
// Cortado: items taken from an iterable, answers read by a callback.
import type { Open } from "../page/candidate.ts";
import { byCallback, connectChat, iterable } from "../page/cortado-streams.ts";

export const open: Open = (origin) => connectChat(origin, iterable, byCallback);
