// SPDX-License-Identifier: Apache-2.0
// A WebSocket that leads to the test instead of a network. The test is the other end: it lets the
// socket open, sends, and closes. Events arrive as tasks, as a browser's do.
import type { WebSocketConstructor } from "../src/early-socket.ts";

export class MemorySocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;

  readonly url: string;
  readonly protocol: string;
  binaryType = "blob";
  readyState: number = MemorySocket.CONNECTING;
  bufferedAmount = 0;
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: Event) => void) | null = null;
  onclose: ((event: Event) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  /** Messages the page sent, copied. */
  readonly sent: Uint8Array[] = [];
  /** The code of the page's own close(). */
  closedWith: number | undefined;
  /** The server's part; set by MemoryNetwork. */
  onSent: (message: Uint8Array) => void = () => {};

  constructor(url: string, protocol: string) {
    super();
    this.url = url;
    this.protocol = protocol;
  }

  send(data: Uint8Array): void {
    if (this.readyState !== MemorySocket.OPEN) throw new Error("the socket is not open");
    const copy = data.slice();
    this.sent.push(copy);
    this.onSent(copy);
  }

  close(code = 1000): void {
    if (this.readyState >= MemorySocket.CLOSING) return;
    this.closedWith = code;
    this.readyState = MemorySocket.CLOSED;
    setTimeout(() => this.#tell("close", { code, reason: "", wasClean: true }));
  }

  // --- what the server does ----------------------------------------------------------------

  open(): void {
    this.readyState = MemorySocket.OPEN;
    this.#tell("open", {});
  }

  deliver(message: Uint8Array<ArrayBuffer> | string): void {
    const data = typeof message === "string" ? message : message.slice().buffer;
    if (this.readyState === MemorySocket.OPEN) this.#tell("message", { data });
  }

  /** The connection ends: 1006 when it was cut. */
  end(code: number, reason = ""): void {
    if (this.readyState === MemorySocket.CLOSED) return;
    this.readyState = MemorySocket.CLOSED;
    this.#tell("close", { code, reason, wasClean: code !== 1006 });
  }

  #tell(type: "open" | "message" | "close", members: object): void {
    this[`on${type}`]?.(Object.assign(new Event(type), members));
  }
}

/** All sockets that a page opens, and what is done with each new one. */
export class MemoryNetwork {
  readonly sockets: MemorySocket[] = [];
  readonly webSocket: WebSocketConstructor;

  constructor(onSocket: (socket: MemorySocket) => void = () => {}) {
    const { sockets } = this;
    class NetworkSocket extends MemorySocket {
      constructor(url: string, protocol: string) {
        super(url, protocol);
        sockets.push(this);
        setTimeout(() => onSocket(this));
      }
    }
    // A stand-in has what the client uses of a WebSocket, not all of it.
    this.webSocket = NetworkSocket as unknown as WebSocketConstructor;
  }

  get last(): MemorySocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("no socket was opened");
    return socket;
  }
}
