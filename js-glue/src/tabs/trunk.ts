// SPDX-License-Identifier: Apache-2.0
// The real WebSocket of the tab that holds it, and the lanes in it. Knows no tab: whose a lane is, is
// its listener's. Where the server does not speak of lanes it carries one connection, as it is.
import type { WebSocketConstructor } from "../early-socket.ts";
import {
  closeCodeBase,
  closeReasonNumber,
  laneRefusedCode,
  subprotocol,
  subprotocolOfLanes,
} from "../generated/protocol.ts";
import {
  hasGoaway,
  type LaneEnd,
  type LaneListener,
  laneEnd,
  readLane,
  withRoom,
  writeLane,
} from "./lane.ts";

const doneCode = 1000;
/** In place of the code that was not given. */
const noCode = 1005;
const goingAwayCode = 1001;
/** With which a link gives up what is silent. */
const idleCode = closeCodeBase + closeReasonNumber.idle;
/** With nothing heard for so long a WebSocket that somebody gave up as silent is taken for dead. */
const silentMs = 30_000;
/** The same, when somebody who came later was never answered. */
const unansweredMs = 8_000;

export class Trunk {
  readonly #socket: WebSocket;
  readonly #onEnd: (trunk: Trunk) => void;
  readonly #lanes = new Set<Lane>();
  readonly #byNumber = new Map<number, Lane>();
  #nextNumber = 0;
  /** undefined: not open yet. */
  #hasLanes: boolean | undefined;
  #ended = false;
  /** It takes no more lanes. */
  #isRetired = false;
  /** The network went away meanwhile. */
  isSuspect = false;
  #heardMs = performance.now();

  /** `onEnd`: it is closed, or about to be. Throws what the WebSocket's constructor throws. */
  constructor(webSocket: WebSocketConstructor, url: string, onEnd: (trunk: Trunk) => void) {
    this.#onEnd = onEnd;
    this.#socket = new webSocket(url, [subprotocolOfLanes, subprotocol]);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onopen = () => this.#onOpen();
    this.#socket.onmessage = ({ data }) => this.#onMessage(data);
    this.#socket.onclose = ({ code, reason }) => this.#end(code, reason);
  }

  get takesLanes(): boolean {
    return !this.#isRetired && this.#hasLanes !== false;
  }

  /** `isFar`: its frames come with room for a header, and go with one. */
  join(listener: LaneListener, isFar: boolean): Lane {
    const lane = new Lane(this, listener, isFar);
    this.#lanes.add(lane);
    if (this.#hasLanes) queueMicrotask(() => this.#lanes.has(lane) && listener.onOpen());
    return lane;
  }

  /** Lets go of it: every lane ends with this code. */
  close(code: number, reason: string): void {
    this.#socket.close();
    this.#end(code, reason);
  }

  // --- for its lanes -----------------------------------------------------------------------

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  /** `message` begins with room for a header, unless `isBare`. */
  send(lane: Lane, message: Uint8Array, isBare: boolean): void {
    if (lane.number === undefined) {
      // By the order of their first messages; a far one is never the first, which has no header.
      this.#nextNumber = Math.max(this.#nextNumber, lane.isFar ? 1 : 0);
      lane.number = this.#nextNumber++;
      this.#byNumber.set(lane.number, lane);
    }
    if (lane.number === 0 || !this.#hasLanes) {
      this.#socket.send(message as BufferSource);
      return;
    }
    const whole = isBare ? withRoom(message) : message;
    writeLane(whole, lane.number);
    this.#socket.send(whole as BufferSource);
  }

  leave(lane: Lane, code: number | undefined): void {
    if (!this.#lanes.delete(lane)) return;
    if (lane.number !== undefined) this.#byNumber.delete(lane.number);
    if (this.#hasLanes && lane.number !== undefined) {
      this.#socket.send(laneEnd(lane.number, code ?? noCode));
    }
    if (this.#lanes.size === 0) {
      this.#ended = true;
      this.#socket.close(this.#hasLanes ? doneCode : code);
      this.#onEnd(this);
    } else if (this.#seemsDead(lane, code)) {
      this.close(0, "the connection was silent");
    }
  }

  #seemsDead(lane: Lane, code: number | undefined): boolean {
    const quietMs = performance.now() - this.#heardMs;
    if (code === idleCode) return quietMs > silentMs;
    return !lane.wasHeard && quietMs > unansweredMs && lane.ageMs > unansweredMs;
  }

  // --- what the WebSocket says -------------------------------------------------------------

  #onOpen(): void {
    if (this.#ended) return;
    this.#hasLanes = this.#socket.protocol === subprotocolOfLanes;
    // A follower that is refused connects by itself; the tab's own first goes on here.
    const lanes = [...this.#lanes];
    const only = this.#hasLanes ? undefined : lanes.find(({ isFar }) => !isFar);
    for (const lane of lanes) {
      if (this.#hasLanes || lane === only) lane.listener.onOpen();
      else this.#refuse(lane);
    }
  }

  #refuse(lane: Lane): void {
    this.leave(lane, undefined);
    lane.listener.onRefused();
  }

  #onMessage(data: ArrayBuffer | string): void {
    if (this.#ended) return;
    this.#heardMs = performance.now();
    if (!this.#hasLanes || typeof data === "string") {
      for (const lane of this.#lanes) this.#deliver(lane, data, 0);
      return;
    }
    const message = readLane(data);
    if (message === undefined) {
      this.close(1006, "the server's message is nobody's");
      return;
    }
    const lane = this.#byNumber.get(message.lane);
    if (lane === undefined) return; // it has crossed the end of its lane
    if (message.end === undefined) this.#deliver(lane, data, message.offset);
    else this.#onLaneEnd(lane, message.end.code, message.end.reason);
  }

  #deliver(lane: Lane, data: ArrayBuffer | string, offset: number): void {
    lane.wasHeard = true;
    // A server that stops finishes what it has; the next lane goes elsewhere.
    if (typeof data !== "string" && hasGoaway(data, offset)) this.#isRetired = true;
    lane.listener.onMessage(data, offset);
  }

  #onLaneEnd(lane: Lane, code: number, reason: string): void {
    if (code === goingAwayCode) this.#isRetired = true;
    this.#lanes.delete(lane);
    this.#byNumber.delete(lane.number as number); // it was found by it
    if (code === laneRefusedCode) lane.listener.onRefused();
    else lane.listener.onClose(code, reason);
    if (this.#lanes.size === 0 && !this.#ended) {
      this.#socket.close(doneCode);
      this.#end(doneCode, "");
    }
  }

  #end(code: number, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onEnd(this);
    const lanes = [...this.#lanes];
    this.#lanes.clear();
    for (const { listener } of lanes) listener.onClose(code, reason);
  }
}

export class Lane implements LaneEnd {
  readonly #trunk: Trunk;
  readonly listener: LaneListener;
  readonly isFar: boolean;
  /** Of its first message, when there was one. */
  number: number | undefined;
  wasHeard = false;
  readonly #sinceMs = performance.now();

  constructor(trunk: Trunk, listener: LaneListener, isFar: boolean) {
    this.#trunk = trunk;
    this.listener = listener;
    this.isFar = isFar;
  }

  get ageMs(): number {
    return performance.now() - this.#sinceMs;
  }

  send(bytes: Uint8Array): void {
    this.#trunk.send(this, bytes, !this.isFar);
  }

  close(code?: number): void {
    this.#trunk.leave(this, code);
  }

  get bufferedAmount(): number {
    return this.#trunk.bufferedAmount;
  }
}
