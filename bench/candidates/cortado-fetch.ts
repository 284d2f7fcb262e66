// SPDX-License-Identifier: Apache-2.0
// Cortado: JSON-RPC over fetch, batched by the turn.
import type { Open } from "../page/candidate.ts";
import { connectEcho } from "../page/cortado.ts";

export const open: Open = (origin) => connectEcho(origin, { carrier: "fetch" });
