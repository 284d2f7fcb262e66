// SPDX-License-Identifier: Apache-2.0
// One end of a message channel as a socket of messages, to stand in for a WebSocket. Messages are
// moved, not copied a second time; null says that this end is closed.
import type { WebSocketConstructor } from "../index.ts";

class PortSocket {
  binaryType = "arraybuffer";
  /** Ports say nothing of it; credit bounds what streams send. */
  readonly bufferedAmount = 0;
  onopen: ((event: Event) => void) | null = null;
  onmessage: ((event: Event) => void) | null = null;
  /** Not told of: see `onLeft`. */
  onclose: ((event: Event) => void) | null = null;
  readonly #port: MessagePort;

  constructor(port: MessagePort, onLeft: () => void) {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<ArrayBuffer | null>) => {
      if (data === null) onLeft();
      else this.onmessage?.(Object.assign(new Event("message"), { data }));
    };
    queueMicrotask(() => this.onopen?.(new Event("open")));
  }

  send(message: Uint8Array): void {
    const { buffer } = message.slice();
    this.#port.postMessage(buffer, [buffer]);
  }

  close(): void {
    this.#port.postMessage(null);
    this.#port.close();
  }
}

/** What opens a socket over `port`, once; `onLeft`: the other end was closed. */
export function socketOver(port: MessagePort, onLeft: () => void): WebSocketConstructor {
  class Socket extends PortSocket {
    constructor() {
      super(port, onLeft);
    }
  }
  // It has what a link uses of a WebSocket.
  return Socket as unknown as WebSocketConstructor;
}
