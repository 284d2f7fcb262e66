// SPDX-License-Identifier: Apache-2.0
// A connector of `cortado.v1` with a session, by docs/protocol.md: it acknowledges and answers PINGs
// as a page does. Pages are not used because two thousand of them do not fit into a machine.
import {
  ackBytesMax,
  ackFramesMax,
  frameHeaderSize,
  helloSize,
  payloadSizeMax,
  subprotocol,
} from "../../js-glue/src/generated/protocol.ts";
import { frame, framesOf, message, pong, request } from "../../js-glue/test/frames.ts";
import { deferred, IdleClient } from "./client.mjs";

const unreliable = new Set(["hello", "welcome", "ack", "ping", "pong", "goaway"]);

export class CortadoClient extends IdleClient {
  #greeted = deferred();
  #answered = deferred();
  #awaited = 0;
  #lastCallId = -1n;
  /** Reliable frames and their bytes: all, and those since the last ACK. */
  #received = 0;
  #unacknowledged = 0;
  #unacknowledgedSize = 0;

  /** `origin`: "ws://host:port". */
  static open(origin) {
    return new CortadoClient().open(`${origin}/rpc`, [subprotocol]);
  }

  greeted() {
    this.send(hello());
    return this.#greeted.promise;
  }

  /** Calls so often in one message; fulfilled when each has its answer, or the first item. */
  async call(method, params, count) {
    const requests = Array.from({ length: count }, () => {
      this.#lastCallId += 2n;
      return request(this.#lastCallId, method, params);
    });
    this.#awaited = count;
    this.#answered = deferred();
    this.send(message(...requests));
    await this.#answered.promise;
  }

  /** A page does so with its next PONG, too, for which nobody waits here. */
  acknowledge() {
    this.send(this.#ack());
  }

  received(data) {
    for (const { type, payload } of framesOf(data)) {
      if (!unreliable.has(type)) this.#count(type, payload);
      else if (type === "welcome") this.#greeted.resolve();
      else if (type === "ping") this.#keep(payload);
    }
    if (this.#unacknowledged >= ackFramesMax || this.#unacknowledgedSize >= ackBytesMax) {
      this.acknowledge();
    }
  }

  #count(type, payload) {
    if (type !== "response" && type !== "item") throw new Error(`the server sent ${type}`);
    this.#received += 1;
    this.#unacknowledged += 1;
    this.#unacknowledgedSize += frameHeaderSize + payload.length;
    this.#awaited -= 1;
    if (this.#awaited === 0) this.#answered.resolve();
  }

  #keep(payload) {
    const ack = this.#unacknowledged > 0 ? [this.#ack()] : [];
    this.send(message(pong({ payload }), ...ack));
    this.alive.resolve();
  }

  #ack() {
    this.#unacknowledged = this.#unacknowledgedSize = 0;
    return frame("ack", 0n, new Uint8Array(BigUint64Array.of(BigInt(this.#received)).buffer));
  }
}

/** The first connection, of one that wants a session. */
export function hello() {
  const payload = new Uint8Array(helloSize);
  const view = new DataView(payload.buffer);
  view.setUint32(0, payloadSizeMax, true);
  view.setUint32(4, 1024, true); // calls it serves at once
  view.setUint32(24, 1, true); // its attempt
  return frame("hello", 0n, payload);
}
