// SPDX-License-Identifier: Apache-2.0
// A client of socket.io, as far as one that is idle goes: its text protocols, Engine.IO 4 and
// Socket.IO 5. What socket.io-client sends is the same; two thousand of those would need seconds.
import { deferred, IdleClient } from "./client.mjs";

export class SocketIoClient extends IdleClient {
  #greeted = deferred();

  /** `origin`: "ws://host:port". */
  static open(origin) {
    const url = `${origin}/socket.io/?EIO=4&transport=websocket`;
    return new SocketIoClient().open(url);
  }

  greeted() {
    return this.#greeted.promise;
  }

  received(data) {
    const text = data.toString();
    if (text.startsWith("0")) {
      this.send("40"); // it is open: connect to the namespace "/"
    } else if (text.startsWith("40")) {
      this.#greeted.resolve();
    } else if (text === "2") {
      this.send("3"); // a ping, a pong
      this.alive.resolve();
    } else {
      throw new Error(`socket.io sent ${text}`);
    }
  }
}
