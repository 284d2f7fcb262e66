// SPDX-License-Identifier: Apache-2.0
// The other end of memory sockets, with sessions: it counts frames, resumes, and sends again what a
// page has missed, all written from docs/protocol.md alone. What is answered is the test's.
import {
  type Frame,
  framesOf,
  type Hello,
  helloOf,
  message,
  Parts,
  pong,
  type Request,
  requestOf,
  welcome,
} from "./frames.ts";
import { MemoryNetwork, type MemorySocket } from "./memory-socket.ts";

export class SessionServer {
  /** Every frame that arrived, on all sockets; large ones put together. */
  readonly frames: Frame[] = [];
  readonly hellos: Hello[] = [];
  readonly network: MemoryNetwork;
  /** Called with each whole frame of a call. */
  onFrame: (frame: Frame) => void = () => {};
  /** Whether sockets are accepted. */
  isUp = true;
  /** New sockets open, and that is all. */
  isMute = false;
  #token = "session1";
  #sessions = 1;
  #received = 0;
  /** Reliable frames of this session. */
  #sent: Uint8Array[] = [];
  #socket: MemorySocket | undefined;
  #parts = new Parts();
  #queued: Uint8Array[] = [];

  constructor() {
    this.network = new MemoryNetwork((socket) => this.#accept(socket));
  }

  get socket(): MemorySocket {
    if (this.#socket === undefined) throw new Error("nobody is connected");
    return this.#socket;
  }

  /** Of a type, in the order of arrival. */
  of(type: Frame["type"]): Frame[] {
    return this.frames.filter((frame) => frame.type === type);
  }

  count(type: Frame["type"]): number {
    return this.of(type).length;
  }

  requests(): (Request & { readonly id: bigint })[] {
    return this.of("request").map((frame) => ({ ...requestOf(frame), id: frame.callId }));
  }

  /** Reliable frames, in one message on the next turn, with all others of this turn. */
  send(...frames: Uint8Array[]): void {
    this.#sent.push(...frames);
    if (this.#queued.length === 0) queueMicrotask(() => this.#flush());
    this.#queued.push(...frames);
  }

  /** The network breaks: what is under way is lost both ways. */
  cut(): void {
    const socket = this.socket;
    this.#socket = undefined;
    socket.end(1006);
  }

  /** The server has restarted. */
  forget(): void {
    this.#token = "";
  }

  #flush(): void {
    const frames = this.#queued.splice(0);
    if (this.#socket !== undefined) this.#socket.deliver(message(...frames));
  }

  #accept(socket: MemorySocket): void {
    if (!this.isUp) {
      socket.end(1006);
      return;
    }
    if (this.isMute) {
      socket.open();
      return;
    }
    this.#socket = socket;
    // Nothing arrives before the page's send() has returned.
    socket.onSent = (sent) => queueMicrotask(() => this.#receive(socket, sent));
    socket.open();
  }

  #receive(socket: MemorySocket, sent: Uint8Array): void {
    for (const frame of framesOf(sent)) if (socket === this.#socket) this.#take(frame);
  }

  #take(piece: Frame): void {
    if (piece.type === "hello") {
      this.#welcome(helloOf(piece));
    } else if (piece.type === "ping") {
      this.socket.deliver(message(pong(piece)));
    } else if (piece.type !== "ack") {
      this.#received += 1;
      const whole = this.#parts.take(piece);
      if (whole === undefined) return;
      this.frames.push(whole);
      this.onFrame(whole);
    }
  }

  #welcome(hello: Hello): void {
    this.hellos.push(hello);
    const resumed = hello.token !== "" && hello.token === this.#token;
    if (!resumed) {
      this.#token = `session${this.#sessions}`;
      this.#sessions += 1;
      this.#received = 0;
      this.#sent = [];
      this.#parts = new Parts();
    }
    const answer = welcome({ token: this.#token, resumed, received: this.#received });
    this.socket.deliver(message(answer, ...this.#sent.slice(hello.received)));
  }
}
