// SPDX-License-Identifier: Apache-2.0
// One end of a message channel as a socket of messages, for pages without shared memory. Messages and
// payloads are moved, not copied a second time. What is posted: the bytes of a message; payloads,
// before their message, with their numbers; null, which says that this end is closed, or why it cannot
// be opened.
import { type ArrivedPayload, LocalSocket, noteGiven, payloadSizeMin } from "./local-socket.ts";

type Posted = ArrayBuffer | PostedPayload | string | null;

interface PostedPayload {
  readonly number: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export class PortSocket extends LocalSocket {
  readonly #port: MessagePort;
  /** What allocate() gave. */
  readonly #own = new WeakSet<Uint8Array>();
  /** Of the message that is being written; it may be begun again. */
  #written = { write: -1, numbers: new Map<Uint8Array, number>() };
  #payloads: PostedPayload[] = [];
  #nextNumber = 1;

  constructor(port: MessagePort) {
    super();
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<Posted>) => this.#receive(data);
    queueMicrotask(() => this.opened()); // before messages, which are tasks
  }

  send(message: Uint8Array): void {
    for (const payload of this.#payloads.splice(0)) {
      this.#port.postMessage(payload, [payload.bytes.buffer]);
    }
    const { buffer } = message.slice();
    this.#port.postMessage(buffer, [buffer]);
  }

  close(): void {
    this.dropPayloads();
    this.#port.postMessage(null);
    this.#port.close();
  }

  attach(value: Uint8Array, write: number): number | undefined {
    if (write !== this.#written.write) this.#written = { write, numbers: new Map() };
    const { numbers } = this.#written;
    const known = numbers.get(value);
    if (known !== undefined) return known;
    const isOwn = this.#own.delete(value);
    if (!isOwn && value.length < payloadSizeMin) return undefined;
    const bytes = isOwn ? (value as Uint8Array<ArrayBuffer>) : new Uint8Array(value);
    if (isOwn) noteGiven(value);
    const number = this.#nextNumber;
    this.#nextNumber = (number + 1) >>> 0;
    this.#payloads.push({ number, bytes });
    numbers.set(value, number);
    return number;
  }

  allocate(size: number): Uint8Array {
    const payload = new Uint8Array(size);
    this.#own.add(payload);
    return payload;
  }

  release(): void {} // memory of its own, which the garbage collector frees

  #receive(data: Posted): void {
    if (data === null) this.onLeft();
    else if (typeof data === "string") this.onLeft(data);
    else if (data instanceof ArrayBuffer) this.deliver(data);
    else this.arrived(data.number, new MovedPayload(data.bytes, this.#own));
  }
}

/** Bytes that are this thread's alone. */
export class MovedPayload implements ArrivedPayload {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #own: WeakSet<Uint8Array>;
  #isTaken = false;

  /** `own`: what can be sent on as it is. */
  constructor(bytes: Uint8Array<ArrayBuffer>, own: WeakSet<Uint8Array>) {
    this.#bytes = bytes;
    this.#own = own;
  }

  /** Callers who share a call have a copy each. */
  take(): Uint8Array<ArrayBuffer> {
    if (this.#isTaken) return this.#bytes.slice();
    this.#isTaken = true;
    this.#own.add(this.#bytes);
    return this.#bytes;
  }

  drop(): void {}
}
