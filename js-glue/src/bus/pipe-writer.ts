// SPDX-License-Identifier: Apache-2.0
// The pipe from this participant to another: what is given to it leaves in order, each when there is
// room. By one of three ways: in the ring; in a block of the segment, which is given away; over the
// message port, for what the segment has no room for.
//
// Beside messages, which begin with a frame's magic, the ring has control records: four words, of
// which the first is 0, the second says what comes next, the third is its number.
import { blockWaits, pipeSizeDefault, refusalNumber } from "../generated/bus.ts";
import { RpcError } from "../index.ts";
import type { Participant } from "./participant.ts";
import { refusalName } from "./segment.ts";

/** What a control record says of what comes next. */
export const comes = { payloadInBlock: 1, payloadByPort: 2, messageByPort: 3 } as const;

/** What goes over the port. */
export interface Moved {
  readonly number: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Bytes of a ring: a message may have half of it, and streams send some of 32 KiB. */
const ringSize = 4 * pipeSizeDefault;
const messageSizeMax = ringSize / 2 - 8;

/** Puts something into the pipe, wholly; false: not yet, there is no room. */
type Put = () => boolean;

export class PipeWriter {
  /** Bytes that wait for room. */
  waiting = 0;
  readonly #otherWakesItself: boolean;
  readonly #onBroken: (refusal: string) => void;
  readonly #participant: Participant;
  readonly #to: number;
  readonly #port: MessagePort;
  readonly #queue: { readonly put: Put; readonly size: number; readonly drop: () => void }[] = [];
  #nextNumber = 1;
  /** Since the reader was told. */
  #hasPut = false;

  /**
   * `otherWakesItself`: the other end needs no port to be woken. `onBroken`: the pipe refuses what
   * it must take.
   */
  constructor(
    participant: Participant,
    to: number,
    port: MessagePort,
    otherWakesItself: boolean,
    onBroken: (refusal: string) => void,
  ) {
    this.#participant = participant;
    this.#to = to;
    this.#port = port;
    this.#otherWakesItself = otherWakesItself;
    this.#onBroken = onBroken;
    this.#add(() => this.#open(), 0);
  }

  // --- what is sent ----------------------------------------------------------------------------

  /** A copy of it leaves. */
  sendMessage(message: Uint8Array): void {
    if (message.length > messageSizeMax) this.#sendLarge(message);
    else if (this.#queue.length > 0 || !this.#putMessage(message)) {
      const copy = message.slice();
      this.#add(() => this.#putMessage(copy), copy.length);
    }
  }

  /** Messages of more than half a ring. */
  #sendLarge(message: Uint8Array): void {
    const block = this.#participant.allocate(message.length);
    if (block === undefined) {
      this.#move(comes.messageByPort, message.slice());
      return;
    }
    this.#participant.bytes.set(message, block);
    this.#addBlock(block, message.length);
  }

  /** The block, which is this participant's, becomes the other's. */
  sendPayload(block: number, size: number): void {
    this.#addControl(comes.payloadInBlock, block);
    this.#addBlock(block, size);
  }

  /** `bytes`, whose buffer is theirs alone, become the other's. Returns their number, which is odd. */
  movePayload(bytes: Uint8Array<ArrayBuffer>): number {
    return this.#move(comes.payloadByPort, bytes);
  }

  #move(what: number, bytes: Uint8Array<ArrayBuffer>): number {
    const number = this.#nextNumber;
    this.#nextNumber = (number + 2) >>> 0;
    const moved: Moved = { number, bytes };
    this.#port.postMessage(moved, [bytes.buffer]);
    this.#addControl(what, number);
    return number;
  }

  // --- the pipe --------------------------------------------------------------------------------

  /** What waits leaves as far as there is room, and the reader is told. */
  flush(): void {
    let count = 0;
    for (const { put, size } of this.#queue) {
      if (!put()) break;
      this.waiting -= size;
      count += 1;
    }
    if (count > 0) this.#queue.splice(0, count);
    if (!this.#hasPut) return;
    this.#hasPut = false;
    const { bus, me } = this.#participant;
    this.told(bus.ring(me, this.#to));
  }

  /** `status`: of what rang; 1 where the other slept, which then may have to be woken by the port. */
  told(status: number): void {
    if (status === 1 && !this.#otherWakesItself) this.#port.postMessage(0);
  }

  /** Nothing more is sent; what waits is dropped. */
  end(): void {
    for (const { drop } of this.#queue.splice(0)) drop();
    this.waiting = 0;
    const { bus, me } = this.#participant;
    bus.end(me, this.#to, 0);
  }

  #add(put: Put, size: number, drop = (): void => {}): void {
    if (this.#queue.length === 0 && put()) return;
    this.#queue.push({ put, size, drop });
    this.waiting += size;
  }

  #addControl(what: number, number: number): void {
    const record = new Uint8Array(Uint32Array.of(0, what, number, 0).buffer);
    this.#add(() => this.#putMessage(record), record.length);
  }

  #addBlock(block: number, size: number): void {
    const { bus, me } = this.#participant;
    const put = (): boolean => this.#isDone(bus.send_block(me, this.#to, block, size, 0));
    this.#add(put, size, () => this.#participant.free(block));
  }

  #open(): boolean {
    const { bus, me } = this.#participant;
    const status = bus.open(me, this.#to, ringSize);
    if (status === -refusalNumber.pipe_in_use) return false; // a predecessor's; it rings
    if (status === -refusalNumber.no_room) {
      const reason = "the bus has no room for a pipe: openBus() with more bytes";
      throw new RpcError("resource_exhausted", reason);
    }
    return this.#isDone(status);
  }

  #putMessage(message: Uint8Array): boolean {
    const { bus, me, bytes } = this.#participant;
    const room = bus.reserve(me, this.#to, message.length);
    if (room === 0) return false;
    if (room < 0) return this.#isDone(room);
    bytes.set(message, room);
    return this.#isDone(bus.commit(me, this.#to, message.length));
  }

  /** Whether there is nothing left to do: who has left takes nothing, and who reads hears of it. */
  #isDone(status: number): boolean {
    if (status >= 0) {
      this.#hasPut = true;
      return status !== blockWaits;
    }
    if (status === -refusalNumber.closed || status === -refusalNumber.gone) return true;
    if (status !== -refusalNumber.no_participant) this.#onBroken(refusalName(status));
    return true;
  }
}
