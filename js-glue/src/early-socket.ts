// SPDX-License-Identifier: Apache-2.0
// A WebSocket that connects while the core still compiles. It keeps what happens until a link
// (link.ts) takes it over, and then lets it happen again.
import { RpcError } from "./errors.ts";
import { subprotocol } from "./generated/protocol.ts";

export type WebSocketConstructor = new (url: string, protocols: string | string[]) => WebSocket;

export class EarlySocket {
  readonly socket: WebSocket;
  #missed: Event[] = [];
  #listen = (event: Event): void => {
    this.#missed.push(event);
  };

  /** Throws an RpcError where the browser refuses the address, as `ws:` in a page of `https:`. */
  constructor(webSocket: WebSocketConstructor, url: string) {
    try {
      this.socket = new webSocket(url, subprotocol);
    } catch (cause) {
      const reason = `${url} cannot be opened in this page (${cause})`;
      throw new RpcError("failed_precondition", reason, { cause });
    }
    const { socket } = this;
    socket.binaryType = "arraybuffer";
    socket.onopen = socket.onmessage = socket.onclose = (event: Event) => this.#listen(event);
  }

  /** From now on `listen` hears what happens, beginning with what it missed. */
  handOver(listen: (event: Event) => void): void {
    this.#listen = listen;
    for (const event of this.#missed.splice(0)) this.#listen(event);
  }

  /** Nothing more is heard of it. */
  close(code?: number): void {
    this.#listen = () => {};
    this.socket.close(code);
  }
}
