// SPDX-License-Identifier: Apache-2.0
// A WebSocket that a server has greeted, and that answers its signs of life; subclasses know how.
import { once } from "node:events";
import { WebSocket } from "ws";

/** A promise, and what fulfils it. */
export function deferred() {
  let resolve;
  const promise = new Promise((resolveIt) => {
    resolve = resolveIt;
  });
  return { promise, resolve };
}

export class IdleClient {
  /** Its promise is fulfilled when the server has asked for a sign of life and has its answer. */
  alive = deferred();
  socket;
  #connection;
  #messages = 0;
  #bytesAtStart = 0;
  #messagesAtStart = 0;

  /** Fulfilled when the server has nothing more to do for it. */
  async open(url, protocols = []) {
    this.socket = new WebSocket(url, protocols, { perMessageDeflate: false });
    this.socket.once("upgrade", (response) => {
      this.#connection = response.socket;
    });
    this.socket.on("message", (data) => {
      this.#messages += 1;
      this.received(data);
    });
    await once(this.socket, "open");
    await this.greeted();
    this.#bytesAtStart = this.#bytes();
    this.#messagesAtStart = this.#messages;
    return this;
  }

  /** Fulfilled when the server has said what it says at first. */
  async greeted() {}

  received(_data) {}

  send(data) {
    this.#messages += 1;
    this.socket.send(data);
  }

  /** Of both directions since it was opened; bytes as TCP carries them. */
  traffic() {
    return {
      bytes: this.#bytes() - this.#bytesAtStart,
      messages: this.#messages - this.#messagesAtStart,
    };
  }

  /** As a network that breaks: no close frame. Again, it does nothing. */
  async cut() {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.socket, "close");
    this.socket.terminate();
    await closed;
  }

  #bytes() {
    return this.#connection.bytesRead + this.#connection.bytesWritten;
  }
}
