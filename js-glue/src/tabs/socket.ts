// SPDX-License-Identifier: Apache-2.0
// What a link (link.ts) takes for a WebSocket: a lane of the connection that tabs share, or, where it
// is refused one, a WebSocket of its own.
import type { WebSocketConstructor } from "../early-socket.ts";
import { subprotocol } from "../generated/protocol.ts";
import type { LaneEnd, LaneListener } from "./lane.ts";

type Listener = ((event: Event) => void) | null;

export interface TabSocketHost {
  readonly webSocket: WebSocketConstructor;
  readonly url: string;
  /** Gives it its end of a lane; undefined: there are none. */
  place(socket: TabSocket): LaneEnd | undefined;
  /** It is over. */
  remove(socket: TabSocket): void;
}

const lostCode = 1006;

export class TabSocket implements LaneListener {
  binaryType = "arraybuffer";
  onopen: Listener = null;
  onmessage: Listener = null;
  onclose: Listener = null;
  /** undefined: it is over. */
  lane: LaneEnd | undefined;
  /** It was refused a lane. */
  isOwn = false;
  readonly #host: TabSocketHost;
  #wasOpen = false;
  /** What was sent before the server was heard, as a lane may still be refused. */
  #unheard: Uint8Array[] | undefined = [];
  /** The WebSocket of its own is not open yet. */
  #isConnecting = false;

  constructor(host: TabSocketHost) {
    this.#host = host;
    this.lane = host.place(this);
    if (this.lane === undefined) this.onRefused();
  }

  get bufferedAmount(): number {
    return this.lane?.bufferedAmount ?? 0;
  }

  send(bytes: Uint8Array): void {
    this.#unheard?.push(bytes.slice());
    if (!this.#isConnecting) this.lane?.send(bytes);
  }

  close(code?: number): void {
    const { lane } = this;
    if (lane === undefined) return;
    this.#over();
    lane.close(code);
  }

  // --- LaneListener ------------------------------------------------------------------------

  onOpen(): void {
    this.#wasOpen = true;
    this.onopen?.(new Event("open"));
  }

  onMessage(data: ArrayBuffer | string, offset: number): void {
    this.#unheard = undefined;
    const frames = offset === 0 || typeof data === "string" ? data : data.slice(offset);
    this.onmessage?.(new MessageEvent("message", { data: frames }));
  }

  onClose(code: number, reason: string): void {
    if (this.lane === undefined) return;
    this.#over();
    this.onclose?.(Object.assign(new Event("close"), { code, reason }));
  }

  onRefused(): void {
    const { webSocket, url } = this.#host;
    try {
      const socket = new webSocket(url, subprotocol);
      socket.binaryType = "arraybuffer";
      socket.onopen = () => this.#onOwnOpen(socket);
      socket.onmessage = ({ data }) => this.onMessage(data, 0);
      socket.onclose = ({ code, reason }) => this.onClose(code, reason);
      this.lane = socket as LaneEnd;
      this.isOwn = this.#isConnecting = true;
    } catch (thrown) {
      this.onClose(lostCode, String(thrown));
    }
  }

  /** The server looked at nothing of what a refused lane brought: it begins anew. */
  #onOwnOpen(socket: WebSocket): void {
    this.#isConnecting = false;
    if (!this.#wasOpen) this.onOpen();
    else for (const message of this.#unheard ?? []) socket.send(message as BufferSource);
  }

  #over(): void {
    this.lane = undefined;
    this.#host.remove(this);
  }
}
