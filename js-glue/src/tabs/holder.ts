// SPDX-License-Identifier: Apache-2.0
// The tab that holds the connection: gives a lane to each who wants one, in this tab or another.
// All it knows can be lost: whoever had a lane resumes its session over the next holder's.
import type { WebSocketConstructor } from "../early-socket.ts";
import type { ChannelConstructor, CommonWord, FollowerWord, HolderWord } from "./channel.ts";
import { type LaneEnd, type LaneListener, laneHeaderSize } from "./lane.ts";
import { Trunk } from "./trunk.ts";

export interface HolderOptions {
  readonly name: string;
  readonly url: string;
  readonly webSocket: WebSocketConstructor;
  readonly channel: ChannelConstructor;
  /** Says something to all tabs. */
  readonly announce: (word: CommonWord) => void;
}

export const handedOver = "the tab that held the connection has left";

export class Holder {
  readonly id: string = crypto.randomUUID();
  /** Fulfilled when it holds no more. */
  readonly held: Promise<void>;
  #release = (): void => {};
  readonly #options: HolderOptions;
  readonly #followers = new Map<string, Follower>();
  readonly #trunks = new Set<Trunk>();

  constructor(options: HolderOptions) {
    this.#options = options;
    this.held = new Promise((resolve) => {
      this.#release = resolve;
    });
    options.announce({ kind: "holds", holder: this.id });
  }

  /** Other tabs that have a lane. */
  get followerCount(): number {
    return this.#followers.size;
  }

  /** Throws what the WebSocket's constructor throws. */
  join(listener: LaneListener, isFar = false): LaneEnd {
    let trunk = [...this.#trunks].find(({ takesLanes }) => takesLanes);
    if (trunk === undefined) {
      const { webSocket, url } = this.#options;
      trunk = new Trunk(webSocket, url, (ended) => this.#trunks.delete(ended));
      this.#trunks.add(trunk);
    }
    return trunk.join(listener, isFar);
  }

  /** Of another tab. It asks again when no answer came in time. */
  admit(id: string): void {
    const known = this.#followers.get(id);
    if (known !== undefined) {
      known.say({ kind: "joined", holder: this.id });
      return;
    }
    const { name, channel } = this.#options;
    const follower = new Follower(this, new channel(`${name} ${id}`), () =>
      this.#followers.delete(id),
    );
    this.#followers.set(id, follower);
    follower.start();
  }

  /** The network went away, or came back: what was open before is not trusted then. */
  onNetwork(isThere: boolean): void {
    for (const trunk of [...this.#trunks]) {
      if (!isThere) trunk.isSuspect = true;
      else if (trunk.isSuspect) trunk.close(0, "the network went away");
    }
  }

  /** Everybody goes on over the next holder's. */
  leave(): void {
    for (const trunk of [...this.#trunks]) trunk.close(0, handedOver);
    for (const follower of [...this.#followers.values()]) follower.onClose(0, handedOver);
    this.#release();
  }
}

/** A lane whose frames come from another tab. */
class Follower implements LaneListener {
  readonly #holder: Holder;
  readonly #channel: BroadcastChannel;
  readonly #onGone: () => void;
  #lane: LaneEnd | undefined;
  #taken = 0;

  constructor(holder: Holder, channel: BroadcastChannel, onGone: () => void) {
    this.#holder = holder;
    this.#channel = channel;
    this.#onGone = onGone;
    channel.onmessage = ({ data }) => this.#onWord(data);
  }

  start(): void {
    this.say({ kind: "joined", holder: this.#holder.id });
    try {
      this.#lane = this.#holder.join(this, true);
    } catch {
      this.onRefused(); // it hears by itself why there is no WebSocket
    }
  }

  say(word: HolderWord): void {
    this.#channel.postMessage(word);
  }

  #onWord(word: ArrayBuffer | FollowerWord): void {
    if (word instanceof ArrayBuffer) {
      this.#taken += word.byteLength - laneHeaderSize;
      this.#lane?.send(new Uint8Array(word));
    } else if (word.kind === "asks") {
      this.say({ kind: "told", taken: this.#taken, buffered: this.#lane?.bufferedAmount ?? 0 });
    } else {
      this.#gone();
      this.#lane?.close(word.code);
    }
  }

  onOpen(): void {
    this.say({ kind: "open" });
  }

  onMessage(data: ArrayBuffer | string): void {
    this.#channel.postMessage(data);
  }

  onClose(code: number, reason: string): void {
    this.say({ kind: "closed", code, reason });
    this.#gone();
  }

  onRefused(): void {
    this.say({ kind: "refused" });
    this.#gone();
  }

  #gone(): void {
    this.#channel.close();
    this.#onGone();
  }
}
