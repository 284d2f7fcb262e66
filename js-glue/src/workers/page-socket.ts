// SPDX-License-Identifier: Apache-2.0
// The page, for a worker that runs a C++ program compiled by Emscripten: messages between it and
// client-wasm/app/worker_page.cpp, which frames them itself. So nothing of cortado.wasm is loaded.
import type { LocalSocket } from "../bus/local-socket.ts";
import { PipeSocket } from "../bus/pipe-socket.ts";
import { PortSocket } from "../bus/port-socket.ts";
import { RpcError } from "../index.ts";
import { type Met, meetPage, type WorkerScope } from "./meet-page.ts";

/** The program. What it throws ends it. */
export interface PageListener {
  /** The page is there: messages may be sent. */
  opened(): void;
  /** `message` is valid until this returns, and may lie in shared memory. */
  received(message: Uint8Array): void;
  /** The last that is heard; why, in UTF-8. */
  left(reason: Uint8Array): void;
  /** Whether calls of the page are being answered. */
  isServing(): boolean;
}

export class PageSocket {
  readonly #scope: WorkerScope;
  #listener: PageListener | undefined;
  #socket: LocalSocket | undefined;
  #bus: Met["bus"];
  #isTaken = false;

  /** For pageSocket(). */
  constructor(scope: WorkerScope) {
    this.#scope = scope;
  }

  // --- for the program -------------------------------------------------------------------------

  /** Says that the worker is ready. False: another program has done that. */
  connect(listener: PageListener): boolean {
    if (this.#isTaken) return false;
    this.#isTaken = true;
    this.#listener = listener;
    meetPage(this.#scope, (met) => this.#meet(met), true);
    return true;
  }

  /** A copy of it leaves. */
  send(message: Uint8Array): void {
    this.#socket?.send(message);
  }

  /** Bytes that wait for room. */
  get bufferedAmount(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** Nothing more is heard. */
  close(): void {
    this.#listener = undefined;
    const bus = this.#bus;
    this.#bus = undefined;
    this.#socket?.close();
    this.#socket = undefined;
    if (bus !== undefined) setTimeout(() => bus.participant.leave()); // when its last messages have left
  }

  // --- what happens ----------------------------------------------------------------------------

  #meet(met: Met): void {
    this.#bus = met.bus;
    try {
      const socket = socketFor(met, () => this.#listener?.isServing() ?? false);
      this.#socket = socket;
      socket.onopen = () => this.#tell((listener) => listener.opened());
      socket.onmessage = ({ data }) => {
        const message = data instanceof Uint8Array ? data : new Uint8Array(data);
        this.#tell((listener) => listener.received(message));
      };
      socket.onLeft = (why = "the page has left") => this.#end(why);
      if (this.#listener === undefined) this.close(); // while it waited
    } catch (thrown) {
      met.port.postMessage(null); // the page has nobody to talk to
      met.port.close();
      this.#end(RpcError.from(thrown).reason);
    }
  }

  #end(why: string): void {
    const listener = this.#listener;
    this.close();
    listener?.left(new TextEncoder().encode(why));
  }

  /** A program that has crashed answers nothing any more, which its callers hear at once. */
  #tell(tell: (listener: PageListener) => void): void {
    const listener = this.#listener;
    if (listener === undefined) return;
    try {
      tell(listener);
    } catch (thrown) {
      this.close();
      reportError(thrown);
    }
  }
}

function socketFor({ port, bus }: Met, isServing: () => boolean): LocalSocket {
  if (bus === undefined) return new PortSocket(port, true);
  const { slot, wakesItself: otherWakesItself } = bus.other;
  const socket = new PipeSocket({
    participant: bus.participant,
    slot,
    otherWakesItself,
    port,
    payloads: "copy",
    otherTakesPayloads: true,
  });
  socket.isServing = isServing;
  return socket;
}

/**
 * The page that has made this worker, for the C++ program that the worker runs:
 * `await startImaging({ cortadoPage: pageSocket() })`. <cortado/worker.hpp> says what that does.
 */
export function pageSocket(): PageSocket {
  return new PageSocket(globalThis as unknown as WorkerScope);
}
