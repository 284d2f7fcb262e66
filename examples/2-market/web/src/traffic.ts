// SPDX-License-Identifier: Apache-2.0
// Counts what really leaves and reaches the page on either carrier, in front of the network. Knows
// nothing of calls.
import type { WebSocketConstructor } from "cortado";
import type { Network } from "./network.ts";

export interface Traffic {
  /** WebSocket messages, or bodies of HTTP requests and responses. Headers are not counted. */
  readonly messagesOut: number;
  readonly messagesIn: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
}

export class TrafficCounter {
  #messagesOut = 0;
  #messagesIn = 0;
  #bytesOut = 0;
  #bytesIn = 0;

  readonly webSocket: WebSocketConstructor;
  readonly fetch: typeof fetch;

  constructor(network: Network) {
    this.webSocket = countingWebSocket(network.webSocket, this);
    this.fetch = async (input, init) => {
      this.countOut(init?.body);
      const response = await network.fetch(input, init);
      this.countIn(Number(response.headers.get("content-length") ?? 0));
      return response;
    };
  }

  countOut(data: unknown): void {
    this.#messagesOut += 1;
    this.#bytesOut += sizeOf(data);
  }

  countIn(size: number): void {
    this.#messagesIn += 1;
    this.#bytesIn += size;
  }

  soFar(): Traffic {
    return {
      messagesOut: this.#messagesOut,
      messagesIn: this.#messagesIn,
      bytesOut: this.#bytesOut,
      bytesIn: this.#bytesIn,
    };
  }

  since(before: Traffic): Traffic {
    return {
      messagesOut: this.#messagesOut - before.messagesOut,
      messagesIn: this.#messagesIn - before.messagesIn,
      bytesOut: this.#bytesOut - before.bytesOut,
      bytesIn: this.#bytesIn - before.bytesIn,
    };
  }
}

function countingWebSocket(
  webSocket: WebSocketConstructor,
  counter: TrafficCounter,
): WebSocketConstructor {
  return class extends webSocket {
    constructor(url: string, protocols: string | string[]) {
      super(url, protocols);
      this.addEventListener("message", (event: MessageEvent<unknown>) =>
        counter.countIn(sizeOf(event.data)),
      );
    }

    override send(data: Parameters<WebSocket["send"]>[0]): void {
      counter.countOut(data);
      super.send(data);
    }
  };
}

/** In bytes, of what the two carriers send and receive. */
function sizeOf(data: unknown): number {
  if (typeof data === "string") return new TextEncoder().encode(data).length;
  return data instanceof ArrayBuffer || ArrayBuffer.isView(data) ? data.byteLength : 0;
}
