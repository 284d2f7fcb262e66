// SPDX-License-Identifier: Apache-2.0
// A WebSocket that connects while the core still compiles. It keeps what happens until the core
// takes it over, and then lets it happen again. After that the core hears everything itself.
import { RpcError } from "./errors.ts";
import { subprotocol } from "./generated/protocol.ts";

export type WebSocketConstructor = new (url: string, protocol: string) => WebSocket;

const eventTypes = ["open", "message", "close"] as const;

export class EarlySocket {
  readonly socket: WebSocket;
  readonly #events: Event[] = [];

  /** Throws an RpcError where the browser refuses the address, as `ws:` in a page of `https:`. */
  constructor(webSocket: WebSocketConstructor, url: string) {
    try {
      this.socket = new webSocket(url, subprotocol);
    } catch (cause) {
      const reason = `${url} cannot be opened in this page (${cause})`;
      throw new RpcError("failed_precondition", reason, { cause });
    }
    this.socket.binaryType = "arraybuffer";
    for (const type of eventTypes) {
      this.socket[`on${type}`] = (event: Event) => {
        this.#events.push(event);
      };
    }
  }

  /** The core's handlers are set: they hear what they missed, and what they throw is reported. */
  handOver(onThrow: (thrown: unknown) => void): void {
    for (const type of eventTypes) {
      const handler = this.socket[`on${type}`] as ((event: Event) => void) | null;
      this.socket[`on${type}`] = (event: Event) => {
        try {
          handler?.call(this.socket, event);
        } catch (thrown) {
          onThrow(thrown);
        }
      };
    }
    for (const event of this.#events.splice(0)) {
      // A type read from an event of one of the three handlers above.
      this.socket[`on${event.type as (typeof eventTypes)[number]}`]?.(event as never);
    }
  }

  /** Given up before it was handed over. */
  close(): void {
    for (const type of eventTypes) this.socket[`on${type}`] = null;
    this.socket.close();
  }
}
