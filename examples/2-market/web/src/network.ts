// SPDX-License-Identifier: Apache-2.0
// The page's way to the server, and a knife for it: what Cortado does about a lost network is best
// seen by losing one. The client takes another WebSocket and another fetch as options. Knows
// nothing of calls.
import type { WebSocketConstructor } from "cortado";

/** Neither a farewell nor an error of the protocol: to the client the socket is just gone. */
const cutCode = 3000;

export class Network {
  readonly #sockets = new Set<WebSocket>();
  #cutUntilMs = 0;

  readonly webSocket: WebSocketConstructor = this.#breakableWebSocket();

  readonly fetch: typeof fetch = async (input, init) => {
    if (this.isCut) throw new TypeError("the network is cut");
    return fetch(input, init);
  };

  get isCut(): boolean {
    return performance.now() < this.#cutUntilMs;
  }

  /**
   * Loses all sockets, with whatever is on its way to the page, and lets nothing through for `ms`.
   * Resolves when the network is back.
   */
  async cut(ms: number): Promise<void> {
    this.#cutUntilMs = performance.now() + ms;
    for (const socket of this.#sockets) socket.close(cutCode);
    await new Promise((resolve) => setTimeout(resolve, ms));
  }

  #breakableWebSocket(): WebSocketConstructor {
    const network = this;
    return class extends WebSocket {
      constructor(url: string, protocols: string | string[]) {
        super(url, protocols);
        network.#sockets.add(this);
        this.addEventListener("close", () => network.#sockets.delete(this));
        if (network.isCut) this.close(cutCode);
      }
    };
  }
}
