// SPDX-License-Identifier: Apache-2.0
// Cortado: items taken from an iterable.
import type { Open } from "../page/candidate.ts";
import { connectUpload, iterable } from "../page/cortado-streams.ts";

export const open: Open = (origin) => connectUpload(origin, iterable);
