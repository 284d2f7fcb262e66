// SPDX-License-Identifier: Apache-2.0
// Tabs that share one connection. One of them holds it: who has a Web Lock of its address. The others
// reach it over BroadcastChannels. Each keeps a session of its own from end to end, so the holder
// can be closed, killed or frozen: its lock goes to the next one, and every session goes on over that
// one's connection. Loaded by pages that ask for it, so it imports nothing that others have.
import type { WebSocketConstructor } from "../early-socket.ts";
import type { ChannelConstructor, CommonWord } from "./channel.ts";
import { FarLane } from "./follower.ts";
import { Holder, handedOver } from "./holder.ts";
import type { LaneEnd } from "./lane.ts";
import type { TabSharing, TabsDescription } from "./sharing.ts";
import { TabSocket, type TabSocketHost } from "./socket.ts";

const unsupported: TabsDescription = {
  tabs: "not shared",
  findings: [
    {
      about: "tabs",
      finding: "this page has no Web Locks: its connection is its own",
      cure: "serve it by https or from localhost, and not in another site's frame",
    },
  ],
};

const refused: TabsDescription = {
  tabs: "not shared",
  findings: [
    {
      about: "tabs",
      finding: "the server lets no more tabs share a connection: this one has its own",
      cure: "let it be of this release, and see its lanes_max",
    },
  ],
};

/** Of the page, or a test's; undefined where browsers have none. */
export interface TabsEnvironment {
  readonly locks: LockManager | undefined;
  readonly channel: ChannelConstructor | undefined;
}

/** Tabs share where the page can, and have their own connections where it cannot. */
export function shareTabs(
  url: string,
  webSocket: WebSocketConstructor,
  { locks, channel }: TabsEnvironment = {
    locks: globalThis.navigator?.locks,
    channel: globalThis.BroadcastChannel,
  },
): TabSharing {
  if (locks === undefined || channel === undefined) {
    return { webSocket, description: unsupported, close() {} };
  }
  return new Tabs({ url, webSocket, locks, channel });
}

interface SharingOptions {
  readonly url: string;
  readonly webSocket: WebSocketConstructor;
  readonly locks: LockManager;
  readonly channel: ChannelConstructor;
}

class Tabs implements TabSharing {
  readonly webSocket: WebSocketConstructor;
  readonly #options: SharingOptions;
  /** Of the lock, and of the channels. */
  readonly #name: string;
  readonly #sockets = new Set<TabSocket>();
  #common: BroadcastChannel | undefined;
  #holder: Holder | undefined;
  /** Ends the wait for the lock. */
  #waiting = new AbortController();
  #isDone = false;
  /** The browser gives this page no locks. */
  #isLocked = false;

  constructor(options: SharingOptions) {
    this.#options = options;
    this.#name = `cortado.v1 ${options.url}`;
    const host: TabSocketHost = {
      url: options.url,
      webSocket: options.webSocket,
      place: (socket) => this.#place(socket),
      remove: (socket) => this.#remove(socket),
    };
    class SharedSocket extends TabSocket {
      constructor() {
        super(host);
      }
    }
    // It has what links use of a WebSocket, not all of it.
    this.webSocket = SharedSocket as unknown as WebSocketConstructor;
  }

  get description(): TabsDescription {
    const sockets = [...this.#sockets];
    if (this.#isLocked) return unsupported;
    if (sockets.some(({ isOwn }) => isOwn)) return refused;
    if (this.#holder === undefined) {
      const isShared = sockets.some(({ lane }) => lane instanceof FarLane && lane.holder);
      const tabs = isShared ? "shared through another tab" : "looking for the tab that holds it";
      return { tabs, findings: [] };
    }
    const tabs = `shared: this tab holds it for ${this.#holder.followerCount} others`;
    return { tabs, findings: [] };
  }

  close(): void {
    this.#isDone = true;
    if (this.#sockets.size === 0) this.#leave();
  }

  // --- sockets of this tab -----------------------------------------------------------------

  #place(socket: TabSocket): LaneEnd | undefined {
    this.#enter();
    const lane = this.#isLocked ? undefined : (this.#holder?.join(socket) ?? this.#farLane(socket));
    this.#sockets.add(socket);
    return lane;
  }

  #farLane(socket: TabSocket): FarLane {
    const { channel } = this.#options;
    return new FarLane(
      {
        name: this.#name,
        channel,
        isHidden: () => globalThis.document?.visibilityState === "hidden",
        want: (lane) => this.#say({ kind: "wants", lane }),
        onSilent: () => this.#request(true),
      },
      socket,
    );
  }

  #remove(socket: TabSocket): void {
    this.#sockets.delete(socket);
    if (this.#isDone && this.#sockets.size === 0) this.#leave();
  }

  #say(word: CommonWord): void {
    this.#common?.postMessage(word);
  }

  readonly #onWord = ({ data: word }: MessageEvent<CommonWord>): void => {
    if (word.kind === "wants") {
      this.#holder?.admit(word.lane);
      return;
    }
    for (const socket of [...this.#sockets]) {
      const { lane } = socket;
      if (!(lane instanceof FarLane) || lane.holder === word.holder) continue;
      if (lane.holder === undefined) lane.want();
      else this.#handOver(socket, lane);
    }
  };

  /** Its session goes on over the next holder's connection. */
  #handOver(socket: TabSocket, lane: FarLane): void {
    lane.close();
    socket.onClose(0, handedOver);
  }

  // --- who holds ---------------------------------------------------------------------------

  #enter(): void {
    if (this.#common !== undefined) return;
    this.#common = new this.#options.channel(this.#name);
    this.#common.onmessage = this.#onWord;
    for (const type of pageEvents) globalThis.addEventListener?.(type, this.#onPageEvent);
    this.#request(false);
  }

  /** Neither holds, nor wants to, nor hears; the next socket enters again. */
  #leave(): void {
    this.#waiting.abort();
    this.#stopHolding();
    this.#common?.close();
    this.#common = undefined;
    for (const type of pageEvents) globalThis.removeEventListener?.(type, this.#onPageEvent);
    for (const socket of [...this.#sockets]) {
      if (socket.lane instanceof FarLane) this.#handOver(socket, socket.lane);
    }
  }

  /** `steal`: the holder is silent, and would keep the lock for as long as it is. */
  #request(steal: boolean): void {
    this.#waiting.abort();
    const waiting = new AbortController();
    this.#waiting = waiting;
    const { signal } = waiting;
    let holder: Holder | undefined;
    this.#options.locks
      .request(this.#name, steal ? { steal } : { signal }, () => {
        if (signal.aborted) return undefined;
        holder = this.#hold();
        return holder.held;
      })
      .catch((thrown: unknown) => {
        // Otherwise it is the end of the wait, or of the hold: another tab has stolen the lock.
        if ((thrown as Error)?.name !== "AbortError") this.#giveUp();
      })
      .finally(() => {
        if (holder === undefined || holder !== this.#holder) return;
        this.#stopHolding();
        this.#request(false);
      });
  }

  /** As in a frame of another site, which may have no locks: connections are tabs' own. */
  #giveUp(): void {
    this.#isLocked = true;
    for (const socket of [...this.#sockets]) {
      if (!(socket.lane instanceof FarLane)) continue;
      socket.lane.forget();
      socket.onRefused();
    }
  }

  #hold(): Holder {
    const { url, webSocket, channel } = this.#options;
    const holder = new Holder({
      name: this.#name,
      url,
      webSocket,
      channel,
      announce: (word) => this.#say(word),
    });
    this.#holder = holder;
    for (const socket of [...this.#sockets]) {
      const { lane } = socket;
      if (!(lane instanceof FarLane)) continue;
      if (lane.holder !== undefined) {
        this.#handOver(socket, lane);
      } else {
        lane.forget();
        this.#joinOwn(holder, socket);
      }
    }
    return holder;
  }

  #joinOwn(holder: Holder, socket: TabSocket): void {
    try {
      socket.lane = holder.join(socket);
    } catch (thrown) {
      socket.onClose(0, String(thrown));
    }
  }

  #stopHolding(): void {
    const holder = this.#holder;
    this.#holder = undefined;
    holder?.leave();
  }

  // --- the page ----------------------------------------------------------------------------

  /** After the listeners of links (socket-carrier.ts), which say farewell as long as they can. */
  readonly #onPageEvent = ({ type }: Event): void => {
    if (type === "pagehide") {
      // A page that is kept for the way back must not hold what others wait for.
      this.#leave();
    } else if (type === "visibilitychange") {
      if (globalThis.document?.visibilityState !== "visible") return;
      for (const { lane } of this.#sockets) if (lane instanceof FarLane) lane.check();
    } else {
      this.#holder?.onNetwork(type === "online");
    }
  };
}

const pageEvents = ["online", "offline", "pagehide", "visibilitychange"] as const;
