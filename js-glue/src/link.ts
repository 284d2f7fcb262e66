// SPDX-License-Identifier: Apache-2.0
// One connection in the core, and the calls of both ends on it. It outlives its sockets: while there
// is none, calls wait in the core, and the next socket goes on where the last one ended. Who opens
// sockets, and when, is socket-carrier.ts. Knows no retry.

import { decodeError, lostError } from "./call-errors.ts";
import { closeCodeOf, describeClose } from "./close-reason.ts";
import type { ConnectionKind, Core, CoreListener } from "./core.ts";
import { CoreConnection } from "./core-connection.ts";
import type { EarlySocket } from "./early-socket.ts";
import { RpcError, statusNumberOf } from "./errors.ts";
import { eventWords, eventKindNumber as kinds, servedFlag } from "./generated/abi.ts";
import { Inlet } from "./inlet.ts";
import { Outlet } from "./outlet.ts";
import { type CallAgain, OwnCalls } from "./own-calls.ts";
import type { Services } from "./services.ts";
import type { HeldEvent, Serving } from "./serving.ts";

export interface LinkListener {
  /** What the other end may ask for. */
  readonly services: Services;
  onOpened(link: Link): void;
  /** The other end spoke the protocol; `resumed`: an earlier socket's session goes on. */
  onIntroduced(link: Link, resumed: boolean): void;
  /** `byUs`: this end closed it because of what it received. Calls in flight wait for the next. */
  onClosed(link: Link, code: number, reason: string, byUs: boolean): void;
  /** New calls belong elsewhere; those in flight go on. */
  onGoaway(link: Link, reason: string): void;
  /** The last call in flight has ended. */
  onIdle(link: Link): void;
  onBroken(link: Link, error: RpcError): void;
  readonly again: CallAgain;
}

const silentCode = /*#__PURE__*/ closeCodeOf("idle");
const unavailable = /*#__PURE__*/ statusNumberOf("unavailable");

export class Link implements CoreListener {
  readonly calls: OwnCalls;
  readonly #listener: LinkListener;
  protected readonly connection: CoreConnection;
  #serving: Serving | undefined;
  /** Events of calls of the other end, until what answers them is there. */
  #held: HeldEvent[] = [];
  #early: EarlySocket | undefined;
  /** How the last socket ended, in words. */
  #lastLoss = "there is no connection";

  constructor(core: Core, listener: LinkListener, kind: ConnectionKind) {
    this.#listener = listener;
    this.connection = new CoreConnection(core, this, kind);
    this.calls = new OwnCalls(this.connection, listener.again);
  }

  // --- sockets -----------------------------------------------------------------------------

  connect(early: EarlySocket): void {
    this.#early = early;
    early.handOver(this.#onSocketEvent);
  }

  get socket(): WebSocket | undefined {
    return this.#early?.socket;
  }

  readonly #onSocketEvent = (event: Event): void => {
    const { type } = event;
    const { core, handle, turn } = this.connection;
    core.guard(() => {
      if (type === "message") {
        core.receive(handle, (event as MessageEvent<ArrayBuffer | Uint8Array | string>).data);
        turn.watchTime(); // of calls that arrived
      } else if (type === "open") {
        core.module.attach(handle, performance.now());
        turn.flush();
        this.#listener.onOpened(this);
      } else {
        const { code, reason } = event as CloseEvent;
        this.#early = undefined;
        this.#detach(describeClose(code, reason, false));
        this.#listener.onClosed(this, code, reason, false);
      }
    });
  };

  /** Gives its socket up, if there is one; calls wait for the next. */
  drop(words: string, closeCode?: number): void {
    this.#early?.close(closeCode);
    this.#early = undefined;
    if (this.connection.closedBy === undefined) this.#detach(words);
  }

  #detach(words: string): void {
    const { core, handle, turn } = this.connection;
    this.#lastLoss = words;
    core.module.detach(handle, performance.now());
    turn.watchTime();
  }

  /** No other socket will come: calls in flight end as lost, idempotent ones are made again. */
  abandon(): void {
    const { core, handle, closedBy } = this.connection;
    if (closedBy === undefined) core.module.abandon(handle);
  }

  /** Ends the connection; every call in flight rejects with `error`. */
  close(closeCode: number, error: RpcError): void {
    const connection = this.connection;
    if (connection.closedBy !== undefined) return;
    connection.closedBy = error;
    connection.turn.stop();
    // Not from within an event of this very connection, which may be on the stack.
    queueMicrotask(() => {
      this.#early?.close(closeCode);
      this.#early = undefined;
      connection.core.close(connection.handle);
    });
    this.calls.rejectAll(error);
    this.#held = [];
    this.#serving?.dropAll(error);
  }

  broken(error: RpcError): void {
    this.close(1000, error);
    this.#listener.onBroken(this, error);
  }

  /** Does what is due: a timer may have been late, as in a page that was hidden or asleep. */
  wake(): void {
    if (this.connection.closedBy === undefined) this.connection.turn.wake();
  }

  // --- events ------------------------------------------------------------------------------

  receive(first: number, count: number): void {
    const { calls } = this;
    const connection = this.connection;
    const { core } = connection;
    const end = first + count * eventWords;
    for (let event = first; event < end; event += eventWords) {
      if (connection.closedBy !== undefined) return; // by who heard of an event before
      core.refresh();
      const head = core.words[event] as number; // events lie in the memory
      const number = core.words[event + 1] as number;
      const kind = head & 0xff;
      if (kind === kinds.response) calls.resolve(event, number);
      else if (kind === kinds.item && number < servedFlag) calls.takeItem(event, number);
      else this.#handleRare(event, kind, head >>> 8, number);
    }
    calls.eventsRead();
    if (calls.count + this.served === 0) this.#listener.onIdle(this);
  }

  #handleRare(event: number, kind: number, detail: number, number: number): void {
    const { core } = this.connection;
    const { calls } = this;
    const listener = this.#listener;
    switch (kind) {
      case kinds.closed:
        this.#lastLoss = describeClose(detail, "", true);
        this.#early?.close(detail);
        this.#early = undefined;
        listener.onClosed(this, detail, "", true);
        break;
      case kinds.silent:
        this.drop(describeClose(silentCode, "", false), silentCode);
        listener.onClosed(this, silentCode, "", false);
        break;
      case kinds.error:
        calls.reject(event, number);
        break;
      case kinds.introduced:
        listener.onIntroduced(this, detail === 1);
        break;
      case kinds.goaway:
        listener.onGoaway(this, core.textOf(event));
        break;
      case kinds.lost:
        calls.lose(number, lostError(this.#lastLoss, detail === 1), detail === 1);
        break;
      case kinds.notify:
        listener.services.topics.publish(core.textOf(event), (codec) =>
          core.read(event + eventWords, codec),
        );
        break;
      case kinds.writable:
      case kinds.end:
      case kinds.item:
      case kinds.request:
      case kinds.dropped:
        if (number >= servedFlag) this.#serve(event, kind);
        else if (kind === kinds.writable) calls.writable(number);
        // Else an own call's end: its streams end with it.
        break;
      default: // the second of two, which the first has read
    }
  }

  // --- calls of the other end --------------------------------------------------------------

  /** How many are in flight. */
  get served(): number {
    return this.#serving?.count ?? this.#held.length;
  }

  /** An event of theirs. */
  #serve(event: number, kind: number): void {
    if (this.#serving !== undefined) {
      this.#serving.handle(event);
      return;
    }
    const { core } = this.connection;
    const more = event + eventWords;
    const copy = {
      words: core.words.slice(event, more + eventWords),
      bytes: core.bytesOf(event).slice(),
      moreBytes: kind === kinds.end ? core.bytesOf(more).slice() : undefined,
    };
    // As many as the windows of calls and streams let the other end send.
    if (this.#held.push(copy) === 1) void this.loadServing();
  }

  /** Until then calls of the other end are held. */
  async loadServing(): Promise<void> {
    const connection = this.connection;
    const { core, handle, turn } = connection;
    try {
      const { services } = this.#listener;
      const { Serving } = await services.load();
      if (connection.closedBy !== undefined) return;
      const parts = { RpcError, Inlet, Outlet, decodeError };
      const serving = new Serving(connection, services, parts);
      this.#serving = serving;
      core.guard(() => {
        for (const event of this.#held.splice(0)) {
          if (connection.closedBy === undefined) serving.handleHeld(event);
        }
      });
    } catch (thrown) {
      reportError(thrown);
      core.guard(() => {
        for (const { words } of this.#held.splice(0)) {
          if (((words[0] as number) & 0xff) !== kinds.request) continue;
          core.module.fail(handle, words[1] as number, unavailable, 0, 0, 0, 0);
        }
      });
    }
    turn.begin();
  }
}
