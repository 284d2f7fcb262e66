// SPDX-License-Identifier: Apache-2.0
// A socket of messages between two threads of one page, to stand in for a WebSocket, and the payloads
// that travel beside the messages: in a message a Data field may be a number, and its bytes come by
// another way, before the message does. How is the subclasses' affair.
import { EarlySocket, RpcError, type WebSocketConstructor } from "../index.ts";

/** Bytes from which on a Data field travels beside its message: below, a copy more costs less. */
export const payloadSizeMin = 32_768;

/** What has come, by its number, and is to be taken while its message is read. */
export interface ArrivedPayload {
  /** The field's value. */
  take(): Uint8Array<ArrayBuffer>;
  /** Nobody takes it any more: after its message, or when none of them has come for a while. */
  drop(): void;
}

const given = new WeakSet<Uint8Array>();

/** Its bytes leave with a call: whoever still holds it has them no more. */
export function noteGiven(payload: Uint8Array): void {
  given.add(payload);
}

export function wasGiven(payload: Uint8Array): boolean {
  return given.has(payload);
}

/** The socket whose message is being read: one at a time, and from begin to end. */
let receiving: LocalSocket | undefined;

/** Milliseconds that a payload waits for its message, which may have been given up. */
const patienceMs = 30_000;

export abstract class LocalSocket {
  binaryType = "arraybuffer";
  bufferedAmount = 0;
  onopen: ((event: unknown) => void) | null = null;
  onmessage: ((event: unknown) => void) | null = null;
  /** Not told of: see `onLeft`. */
  onclose: ((event: unknown) => void) | null = null;
  /** The other end has left; why, where it is known better than that. */
  onLeft: (reason?: string) => void = () => {};
  readonly #arrived = new Map<number, ArrivedPayload>();
  readonly #taken = new Set<number>();
  #sweep: ReturnType<typeof setTimeout> | undefined;

  abstract send(message: Uint8Array): void;
  abstract close(): void;

  /** See Core's writer. `write`: number of the message in which it is a field. */
  abstract attach(value: Uint8Array, write: number): number | undefined;

  /** Room for a payload that need not be copied; see PortLink.allocate(). */
  abstract allocate(size: number): Uint8Array;

  /** See PortLink.release(). */
  abstract release(payload: Uint8Array): void;

  protected opened(): void {
    this.onopen?.({ type: "open" });
  }

  /** `message` is valid until this returns. */
  protected deliver(message: Uint8Array | ArrayBuffer): void {
    receiving = this;
    try {
      this.onmessage?.({ type: "message", data: message });
    } finally {
      receiving = undefined;
    }
    for (const number of this.#taken) {
      this.#arrived.get(number)?.drop();
      this.#arrived.delete(number);
    }
    this.#taken.clear();
  }

  protected arrived(number: number, payload: ArrivedPayload): void {
    this.#arrived.set(number, payload);
    this.#sweep ??= setTimeout(this.#dropOld, patienceMs, new Set(this.#arrived.keys()));
  }

  protected dropPayloads(): void {
    clearTimeout(this.#sweep);
    for (const payload of this.#arrived.values()) payload.drop();
    this.#arrived.clear();
  }

  /** Those that were there when it was last looked. */
  readonly #dropOld = (old: ReadonlySet<number>): void => {
    for (const number of old) {
      this.#arrived.get(number)?.drop();
      this.#arrived.delete(number);
    }
    this.#sweep = undefined;
    if (this.#arrived.size > 0) {
      this.#sweep = setTimeout(this.#dropOld, patienceMs, new Set(this.#arrived.keys()));
    }
  };

  /** For the reader of messages. */
  static take(number: number): Uint8Array<ArrayBuffer> {
    const payload = receiving === undefined ? undefined : receiving.#arrived.get(number);
    if (receiving === undefined || payload === undefined) {
      throw new RpcError("internal", "a payload is missing that should have come with its message");
    }
    receiving.#taken.add(number);
    return payload.take();
  }
}

/** As a link takes its sockets. */
export function earlySocketOf(socket: LocalSocket): EarlySocket {
  function Socket(): LocalSocket {
    return socket;
  }
  // It has what a link uses of a WebSocket.
  return new EarlySocket(Socket as unknown as WebSocketConstructor, "cortado:");
}
