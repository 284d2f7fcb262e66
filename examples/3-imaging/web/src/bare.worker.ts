// SPDX-License-Identifier: Apache-2.0
// The comparison's worker without any library.
import type { BareRequest } from "./comparison/ways.ts";
import { marked, next } from "./worker/round.ts";

self.addEventListener("message", ({ data }: MessageEvent<BareRequest>) => {
  const { id, number, pixels, isMoved } = data;
  if (pixels === undefined) {
    self.postMessage({ id, number: next(number ?? 0) });
    return;
  }
  const answer = { id, pixels: marked(pixels) };
  if (isMoved) self.postMessage(answer, { transfer: [pixels.buffer as ArrayBuffer] });
  else self.postMessage(answer);
});
