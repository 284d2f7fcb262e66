// SPDX-License-Identifier: Apache-2.0
// The arena of a message that is not written into anybody else's memory.
import type { Arena } from "./types.ts";

export class HeapArena implements Arena {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView<ArrayBuffer>;
  readonly start = 0;

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  get capacity(): number {
    return this.bytes.length;
  }

  grow(neededBytes: number): void {
    this.bytes = new Uint8Array(neededBytes);
    this.view = new DataView(this.bytes.buffer);
  }
}
