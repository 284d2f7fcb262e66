// SPDX-License-Identifier: Apache-2.0
// Two pipes of a bus, there and back, as a socket of messages.
import { recordKindNumber as kinds, participantsMax, refusalNumber } from "../generated/bus.ts";
import { LocalSocket, noteGiven, payloadSizeMin } from "./local-socket.ts";
import type { Participant, PipeEnd } from "./participant.ts";
import { comes, type Moved, PipeWriter } from "./pipe-writer.ts";
import { MovedPayload } from "./port-socket.ts";
import { refusalName } from "./segment.ts";

/** Whether payloads are copied when they are read, or stay where they came. */
export type PayloadChoice = "copy" | "in-place";

export interface PipeSocketOptions {
  readonly participant: Participant;
  /** The other end's slot, and whether it needs no port to be woken. */
  readonly slot: number;
  readonly otherWakesItself: boolean;
  /** For what the segment has no room for. */
  readonly port: MessagePort;
  readonly payloads: PayloadChoice;
}

/** Records after which others have their turn. */
const recordsAtOnce = 64;

/** What is posted besides: 0 wakes, null says that the other end is closed, a text why it never opens. */
type Posted = Moved | 0 | string | null;

export class PipeSocket extends LocalSocket implements PipeEnd {
  /** Whether calls of the other end are being answered. */
  isServing: () => boolean = () => false;
  readonly #options: PipeSocketOptions;
  readonly #writer: PipeWriter;
  readonly #moved = new Map<number, Uint8Array<ArrayBuffer>>();
  /** What must come over the port before anything else is read. */
  #awaited: { readonly what: number; readonly number: number } | undefined;
  /** The next block is no message. */
  #payloadNext = false;
  #written = { write: -1, numbers: new Map<Uint8Array, number>() };
  #isClosed = false;

  constructor(options: PipeSocketOptions) {
    super();
    const { participant, slot, otherWakesItself, port } = options;
    this.#options = options;
    this.#writer = new PipeWriter(participant, slot, port, otherWakesItself, this.#onBroken);
    port.onmessage = ({ data }: MessageEvent<Posted>) => this.#onPosted(data);
    queueMicrotask(() => {
      if (this.#isClosed) return;
      this.opened();
      participant.attach(slot, this);
    });
  }

  send(message: Uint8Array): void {
    this.#writer.sendMessage(message);
    this.#writer.flush();
    this.bufferedAmount = this.#writer.waiting;
  }

  /** Not from within the core, which may be sending. */
  readonly #onBroken = (refusal: string): void =>
    queueMicrotask(() =>
      this.onLeft(refusal === "gone" ? "the bus was closed" : `the bus broke off: ${refusal}`),
    );

  get isBusy(): boolean {
    return this.isServing();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { participant, slot, port } = this.#options;
    this.dropPayloads();
    this.#writer.end();
    participant.bus.finish(participant.me, slot, 0);
    participant.detach(slot, this);
    port.postMessage(null);
    port.close();
  }

  // --- waiting for the other, and for nothing else -----------------------------------------------

  /** Whether it does so for this thread. */
  get isWaitedFor(): boolean {
    const { participant, slot } = this.#options;
    return participant.bus.waits_for(slot) === participant.slot + 1;
  }

  /** Who waits for whom until it comes round to this thread; undefined: nobody does, so it may wait. */
  waitBegins(): readonly string[] | undefined {
    const { participant, slot } = this.#options;
    const { bus, me, names } = participant;
    const status = bus.wait_for(me, slot);
    if (status !== -refusalNumber.deadlock) return undefined;
    const cycle = ["this thread"];
    for (let at = slot; cycle.length < participantsMax; at = bus.waits_for(at) - 1) {
      if (at < 0 || at === participant.slot) break;
      cycle.push(names[at] ?? `a worker in slot ${at}`);
    }
    return [...cycle, "this thread"];
  }

  /** Blocks, as Participant.waitFor() says. */
  wait(isDone: () => boolean, timeoutMs: number): void {
    const { participant, slot } = this.#options;
    participant.waitFor(slot, isDone, timeoutMs || Number.POSITIVE_INFINITY);
  }

  waitEnds(): void {
    const { bus, me } = this.#options.participant;
    bus.wait_no_more(me);
  }

  // --- payloads --------------------------------------------------------------------------------

  attach(value: Uint8Array, write: number): number | undefined {
    const { participant } = this.#options;
    if (write !== this.#written.write) this.#written = { write, numbers: new Map() };
    const { numbers } = this.#written;
    let number = numbers.get(value);
    if (number !== undefined) return number;
    const block = participant.give(value);
    if (block !== undefined) noteGiven(value);
    number = this.#attach(value, block);
    if (number !== undefined) numbers.set(value, number);
    return number;
  }

  /** `given`: the block that it is, or bytes to be moved. */
  #attach(value: Uint8Array, given: number | Uint8Array<ArrayBuffer> | undefined) {
    const { participant } = this.#options;
    if (typeof given === "object") return this.#writer.movePayload(given);
    let block = given;
    if (block === undefined) {
      if (value.length < payloadSizeMin) return undefined;
      block = participant.allocate(value.length);
      if (block === undefined) return this.#writer.movePayload(new Uint8Array(value));
      participant.bytes.set(value, block);
    }
    this.#writer.sendPayload(block, value.length);
    return block;
  }

  allocate(size: number): Uint8Array {
    return this.#options.participant.take(size);
  }

  release(payload: Uint8Array): void {
    this.#options.participant.release(payload);
  }

  // --- reading ---------------------------------------------------------------------------------

  onRing(): void {
    const { participant, slot } = this.#options;
    this.#writer.flush();
    this.bufferedAmount = this.#writer.waiting;
    for (let count = 0; !this.#isClosed && this.#awaited === undefined; count += 1) {
      if (count === recordsAtOnce) {
        participant.again(slot);
        return;
      }
      if (!this.#readRecord()) return;
    }
  }

  /** Whether there may be more. */
  #readRecord(): boolean {
    const { participant, slot } = this.#options;
    const { bus, me, words, found } = participant;
    const kind = bus.peek(me, slot);
    if (kind === kinds.none) return false;
    const address = words[found] as number; // the control words lie in the memory
    const size = words[found + 1] as number;
    if (kind === kinds.message) this.#readMessage(address, size);
    else if (kind === kinds.block) this.#readBlock(address, size);
    else return this.#readEnd(kind);
    return true;
  }

  #readEnd(kind: number): boolean {
    const { participant, slot } = this.#options;
    if (kind === kinds.ended) this.onLeft();
    else if (refusalName(kind) !== "no_pipe") {
      this.#onBroken(refusalName(kind));
    } else if (participant.isGone(slot)) this.onLeft();
    return false;
  }

  #readMessage(address: number, size: number): void {
    const { participant, slot } = this.#options;
    const { bus, me, bytes, words } = participant;
    if (bytes[address] === 0) {
      const at = address >>> 2;
      const number = words[at + 2] as number;
      const what = words[at + 1] as number;
      if (what === comes.payloadInBlock) this.#payloadNext = true;
      else this.#awaited = { what, number };
    } else {
      this.deliver(bytes.subarray(address, address + size));
    }
    if (this.#isClosed) return;
    this.#writer.told(bus.release(me, slot));
    if (this.#awaited !== undefined) this.#takeMoved();
  }

  #readBlock(address: number, size: number): void {
    const { participant, slot } = this.#options;
    const { bus, me, bytes } = participant;
    this.#writer.told(bus.release(me, slot)); // the block stays
    if (this.#payloadNext) {
      this.#payloadNext = false;
      const { payloads } = this.#options;
      this.arrived(address, new BlockPayload(participant, address, size, payloads));
      return;
    }
    this.deliver(bytes.subarray(address, address + size));
    participant.free(address);
  }

  #onPosted(data: Posted): void {
    if (data === null) this.onLeft();
    else if (typeof data === "string") this.onLeft(data);
    else if (data === 0) this.#options.participant.wake();
    else {
      this.#moved.set(data.number, data.bytes);
      this.#takeMoved();
    }
  }

  /** What was waited for is here, perhaps. */
  #takeMoved(): void {
    if (this.#awaited === undefined) return;
    const { what, number } = this.#awaited;
    const bytes = this.#moved.get(number);
    if (bytes === undefined) return;
    this.#moved.delete(number);
    this.#awaited = undefined;
    const { participant, slot } = this.#options;
    if (what === comes.messageByPort) this.deliver(bytes);
    else this.arrived(number, new MovedPayload(bytes, participant.movable));
    participant.again(slot);
  }
}

/** In a block that is this participant's. */
class BlockPayload {
  readonly #participant: Participant;
  readonly #address: number;
  readonly #size: number;
  readonly #choice: PayloadChoice;
  #isKept = false;

  constructor(participant: Participant, address: number, size: number, choice: PayloadChoice) {
    this.#participant = participant;
    this.#address = address;
    this.#size = size;
    this.#choice = choice;
  }

  take(): Uint8Array<ArrayBuffer> {
    const { bytes } = this.#participant;
    const end = this.#address + this.#size;
    if (this.#choice === "copy") return new Uint8Array(bytes.subarray(this.#address, end));
    this.#isKept = true;
    // The types of messages do not tell memory that is shared.
    return this.#participant.keep(this.#address, this.#size) as Uint8Array<ArrayBuffer>;
  }

  drop(): void {
    if (!this.#isKept) this.#participant.free(this.#address);
  }
}
