// SPDX-License-Identifier: Apache-2.0
// A lane in another tab's WebSocket, and whether that tab still lives: a holder that is frozen, or
// busy for long, keeps its lock and answers nothing.
import type { ChannelConstructor, FollowerWord, HolderWord } from "./channel.ts";
import { type LaneEnd, type LaneListener, laneHeaderSize, withRoom } from "./lane.ts";

export interface FarLaneOptions {
  readonly name: string;
  readonly channel: ChannelConstructor;
  readonly isHidden: () => boolean;
  /** Asks all tabs for the lane of this name. */
  readonly want: (lane: string) => void;
  /** The holder gives no answer. */
  readonly onSilent: () => void;
}

/** After so long without a word the holder is asked for one; nobody looks at a hidden tab. */
const quietMs = 1_500;
const quietMsHidden = 20_000;
/** What an answer may take: more than most pages block their thread. */
const answerMs = 3_000;
/** A timer that is so late was held up, and so may be the answer. */
const lateMs = 1_000;
/** Bytes on their way to the holder after which it is asked what became of them. */
const askSize = 65_536;

export class FarLane implements LaneEnd {
  readonly id: string = crypto.randomUUID();
  /** Who gave the lane; undefined: nobody yet. */
  holder: string | undefined;
  readonly #options: FarLaneOptions;
  readonly #listener: LaneListener;
  readonly #channel: BroadcastChannel;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dueMs = 0;
  #heard = false;
  #asked = true;
  #sent = 0;
  #taken = 0;
  /** What the holder's socket had not sent, when it told. */
  #buffered = 0;
  #askedAt = 0;
  #closed = false;

  constructor(options: FarLaneOptions, listener: LaneListener) {
    this.#options = options;
    this.#listener = listener;
    this.#channel = new options.channel(`${options.name} ${this.id}`);
    this.#channel.onmessage = ({ data }) => this.#onWord(data);
    this.want();
    this.#arm(answerMs);
  }

  /** Asks for the lane, once more where there is another holder. */
  want(): void {
    this.#options.want(this.id);
  }

  send(bytes: Uint8Array): void {
    this.#channel.postMessage(withRoom(bytes).buffer);
    this.#sent += bytes.byteLength;
    if (this.#sent - this.#askedAt >= askSize) this.#ask();
  }

  get bufferedAmount(): number {
    const amount = this.#sent - this.#taken + this.#buffered;
    // Nobody tells unasked, and who waits for room looks here again.
    if (amount >= askSize && this.#taken >= this.#askedAt) this.#ask();
    return amount;
  }

  close(code?: number): void {
    if (this.#closed) return;
    this.#say({ kind: "closes", code });
    this.forget();
  }

  /** Nothing is heard or said any more. */
  forget(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#channel.close();
  }

  // --- words -------------------------------------------------------------------------------

  #say(word: FollowerWord): void {
    this.#channel.postMessage(word);
  }

  #ask(): void {
    this.#askedAt = this.#sent;
    this.#say({ kind: "asks" });
  }

  #onWord(word: ArrayBuffer | string | HolderWord): void {
    if (this.#closed) return;
    this.#heard = true;
    if (typeof word === "string" || word instanceof ArrayBuffer) {
      this.#listener.onMessage(word, laneHeaderSize);
      return;
    }
    switch (word.kind) {
      case "joined":
        this.holder = word.holder;
        break;
      case "open":
        this.#listener.onOpen();
        break;
      case "told":
        this.#taken = word.taken;
        this.#buffered = word.buffered;
        break;
      case "refused":
        this.forget();
        this.#listener.onRefused();
        break;
      case "closed":
        this.forget();
        this.#listener.onClose(word.code, word.reason);
        break;
    }
  }

  // --- whether the holder lives ------------------------------------------------------------

  /** The page is shown: it wants to know now. */
  check(): void {
    if (this.#closed) return;
    this.#heard = this.#asked = false;
    this.#look();
  }

  #arm(waitMs: number): void {
    clearTimeout(this.#timer);
    this.#dueMs = performance.now() + waitMs;
    this.#timer = setTimeout(() => this.#look(), waitMs);
  }

  #look(): void {
    const isLate = performance.now() - this.#dueMs > lateMs;
    if (this.#heard) {
      this.#heard = this.#asked = false;
      this.#arm(this.#options.isHidden() ? quietMsHidden : quietMs);
    } else if (!this.#asked || isLate) {
      this.#asked = true;
      if (this.holder === undefined) this.want();
      else this.#ask();
      this.#arm(answerMs);
    } else {
      this.#options.onSilent();
    }
  }
}
