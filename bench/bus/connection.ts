// SPDX-License-Identifier: Apache-2.0
// What every candidate implements for whoever calls a worker: bytes go there, and a small number
// comes back that says what the worker has seen of them. Knows no candidate.

export interface BusConnection {
  /** Bytes to write a payload to and to call with. A call takes them: ask for others for the next. */
  take(size: number): Uint8Array;
  /** The payload's check (payload.ts), as the worker has made it. */
  call(payload: Uint8Array): Promise<number>;
}

/** Starts the worker of a script; resolves when it can be called. */
export type OpenBus = (script: URL) => Promise<BusConnection>;

/** A file of candidates/. */
export interface BusCandidate {
  /** For a caller in a page, and for one in a worker. */
  readonly open: OpenBus;
  /**
   * In the page, for a worker that calls but does not itself start the one of `script`: its open()
   * waits for it.
   */
  readonly introduce?: (caller: Worker, script: URL) => void;
}

/**
 * Payloads that come back when their call has ended, to be used again: memory that is new would be
 * measured, too. All are of the size that was taken last.
 */
export class Pool {
  readonly #create: (size: number, index: number) => Uint8Array;
  #size = 0;
  #created = 0;
  #free: Uint8Array[] = [];

  /** `create`: the first of a size has the index 0, the next 1, … */
  constructor(create?: (size: number, index: number) => Uint8Array) {
    this.#create = create ?? ((size) => new Uint8Array(size));
  }

  take(size: number): Uint8Array {
    if (size !== this.#size) {
      this.#size = size;
      this.#created = 0;
      this.#free = [];
    }
    return this.#free.pop() ?? this.#create(size, this.#created++);
  }

  give(payload: Uint8Array): void {
    if (payload.length === this.#size) this.#free.push(payload);
  }
}

/** A call that leaves `payload` where it is; it is given back when it is answered. */
export function calling(call: (payload: Uint8Array) => Promise<number>): BusConnection {
  const pool = new Pool();
  return {
    take: (size) => pool.take(size),
    call: (payload) =>
      call(payload).then((check) => {
        pool.give(payload);
        return check;
      }),
  };
}

/** What comes back when the payload was moved to the worker and is moved back. */
export interface Returned {
  readonly check: number;
  readonly payload: Uint8Array;
}

/** A call that moves the payload there and back. */
export function moving(call: (payload: Uint8Array) => Promise<Returned>): BusConnection {
  const pool = new Pool();
  return {
    take: (size) => pool.take(size),
    call: (sent) =>
      call(sent).then(({ check, payload }) => {
        pool.give(payload);
        return check;
      }),
  };
}
