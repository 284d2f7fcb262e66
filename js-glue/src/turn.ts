// SPDX-License-Identifier: Apache-2.0
// When the frames of one connection leave and its deadlines are looked at: all frames of a turn in
// one message, all deadlines with one timer. Knows no calls and no socket.
import type { Core } from "./core.ts";
import { held } from "./generated/abi.ts";
import { WakeTimer } from "./wake-timer.ts";

const retryFlushMs = 8;
/** A reaction to it is a microtask, at a twentieth of what queueMicrotask() costs in Chromium. */
const settled = Promise.resolve();

export class Turn {
  /** When it began. */
  nowMs = 0;
  /** Written in it so far. */
  frames = 0;
  /** Microtasks until the next frame of the turn, at the most. */
  patience = 1;
  #left = 0;
  readonly #core: Core;
  readonly #handle: number;
  readonly #control: number;
  readonly #timer = new WakeTimer(() => this.wake());
  #begun = false;
  #stopped = false;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  /** `control`: see Core.write(). */
  constructor(core: Core, handle: number, control: number) {
    this.#core = core;
    this.#handle = handle;
    this.#control = control;
  }

  /** Something is to leave with this turn. */
  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.nowMs = performance.now();
    void settled.then(this.#end);
  }

  /**
   * Sends the frames of the turn as one message. While calls keep coming from promises that settled
   * in the same turn it waits for them, as many empty microtasks as `patience` says.
   */
  readonly #end = (): void => {
    if (this.frames !== 0) {
      this.frames = 0;
      this.#left = this.patience;
    }
    if (this.#left-- > 0) {
      void settled.then(this.#end);
      return;
    }
    this.#begun = false;
    this.patience = 1;
    this.flush();
  };

  readonly flush = (): void => {
    if (this.#stopped) return;
    const core = this.#core;
    core.guard(() => {
      if (core.module.flush(this.#handle) === held) {
        clearTimeout(this.#retryTimer);
        this.#retryTimer = setTimeout(this.flush, retryFlushMs);
      }
      this.watchTime();
    });
  };

  watchTime(): void {
    if (this.#stopped) return;
    this.#core.refresh();
    this.#timer.notAfter(this.#core.doubles[(this.#control >>> 1) + 1] as number); // in the memory
  }

  /** Does what is due. */
  wake(): void {
    if (this.#stopped) return;
    this.#core.guard(() => this.#core.module.advance(this.#handle, performance.now()));
    this.flush(); // CANCEL of what ran out of time
  }

  /** The connection is closed: nothing runs any more. */
  stop(): void {
    this.#stopped = true;
    this.#timer.stop();
    clearTimeout(this.#retryTimer);
  }
}
