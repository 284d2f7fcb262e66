// SPDX-License-Identifier: Apache-2.0
// The comparison's worker by Comlink.
import { expose, transfer } from "comlink";
import type { ComlinkRound } from "./comparison/ways.ts";
import { marked, next } from "./worker/round.ts";

const round: ComlinkRound = {
  next,
  marked,
  moved: (pixels) => transfer(marked(pixels), [pixels.buffer as ArrayBuffer]),
};
expose(round);
