// SPDX-License-Identifier: Apache-2.0
// Cortado: no options, as a user gets it.
import type { Open } from "../page/candidate.ts";
import { connectEcho } from "../page/cortado.ts";

export const open: Open = (origin) => connectEcho(origin, { carrier: "auto" });
