// SPDX-License-Identifier: Apache-2.0
// Cortado: items taken from an async iterable.
import type { Open } from "../page/candidate.ts";
import { asyncIterable, connectUpload } from "../page/cortado-streams.ts";

export const open: Open = (origin) => connectUpload(origin, asyncIterable);
