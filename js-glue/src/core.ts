// SPDX-License-Identifier: Apache-2.0
// A started cortado.wasm and its memory, shared by all connections of a page. It hands out what
// happened to the connection it happened on, and holds the one writer and the one reader that
// codecs use on the module's memory. Knows no socket's life and no retry.
import { type Arena, MessageReader, MessageWriter, type StructCodec } from "./codec/index.ts";
import type { CortadoImports, CortadoModule } from "./cortado-module.ts";
import { errorDetails, RpcError, statusCodeFrom } from "./errors.ts";
import { eventWords } from "./generated/abi.ts";
import { payloadSizeMax } from "./generated/protocol.ts";

/** A connection, as the core sees it. */
export interface CoreListener {
  /** Of an open connection; undefined: none. */
  readonly socket: WebSocket | undefined;
  /**
   * `first` is the index in `core.words` of the first of `count` events, which are read where they
   * lie, before it returns.
   */
  receive(first: number, count: number): void;
  /** The module has stopped and will never answer. */
  broken(error: RpcError): void;
}

/** Which end of what connection: see client/abi.capnp. */
export interface ConnectionKind {
  readonly end: number;
  /** Of silence, until the other end is asked for a sign of life; 0: never. */
  readonly pingIntervalMs: number;
}

/** Starts an instance; see load-core.ts for where it comes from. */
export type Instantiate = (imports: WebAssembly.Imports) => Promise<WebAssembly.Instance>;

export class Core implements Arena {
  readonly module: CortadoModule;
  /** Of the module's memory; replaced when it has grown. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
  view: DataView = new DataView(this.bytes.buffer);
  words: Uint32Array = new Uint32Array();
  doubles: Float64Array = new Float64Array();
  /** Where write() writes: the room for the next payload of one connection, or behind its begin. */
  start = 0;
  capacity = 0;
  readonly writer = new MessageWriter(this);
  readonly reader = new MessageReader();
  /** A value is being written: getters of the user's own may run, and may call again. */
  writing = false;
  /** Events are being read: slots they name may be free in the module, so no call is made now. */
  reading = false;
  /** Of the connection whose message is being written, and how many were before it. */
  roomHandle = 0;
  writes = 0;
  /** The number of the next idempotent call: the same for a call that is sent again. */
  nextKey = 1;
  readonly #seed = crypto.getRandomValues(new Uint32Array(2));
  #broken: RpcError | undefined;
  #roomControl = 0;
  #roomOffset = 0;
  readonly #listeners = new Map<number, CoreListener>();

  private constructor(module: CortadoModule) {
    this.module = module;
    this.refresh();
  }

  static async start(instantiate: Instantiate): Promise<Core> {
    const { exports } = await instantiate({
      page: {
        deliver: (handle, events, count) => core.#deliver(handle, events, count),
        send(handle, message, size) {
          core.refresh();
          core.#socketOf(handle)?.send(core.bytes.subarray(message, message + size));
        },
        buffered: (handle) => core.#socketOf(handle)?.bufferedAmount ?? 0,
      } satisfies CortadoImports,
    });
    // What this release's own module exports.
    const core = new Core({ ...(exports as unknown as CortadoModule) });
    return core;
  }

  get broken(): RpcError | undefined {
    return this.#broken;
  }

  /** Makes the views anew when the memory has grown, which detaches the old ones. */
  refresh(): void {
    if (this.words.length !== 0) return;
    const buffer = this.module.memory.buffer;
    this.words = new Uint32Array(buffer);
    this.doubles = new Float64Array(buffer);
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
  }

  /** A new connection; `listener` hears of it until close(). */
  open(listener: CoreListener, { end, pingIntervalMs }: ConnectionKind): number {
    const [low, high] = this.#seed as unknown as [number, number];
    const handle = this.module.open(low, high, end, pingIntervalMs);
    if (handle === 0) {
      throw new RpcError("resource_exhausted", "too many connections in this page: close() some");
    }
    this.#listeners.set(handle, listener);
    this.refresh();
    return handle;
  }

  close(handle: number): void {
    this.#listeners.delete(handle);
    if (this.#broken === undefined) this.module.close(handle);
  }

  /** A message that a connection's socket received; text is what the protocol does not have. */
  receive(handle: number, data: ArrayBuffer | Uint8Array | string): void {
    let message = 0;
    let size = 0;
    if (typeof data !== "string") {
      size = data.byteLength;
      message = this.module.allocate(size);
      this.refresh();
      this.bytes.set(data instanceof Uint8Array ? data : new Uint8Array(data), message);
    }
    this.module.receive(handle, message, size, performance.now());
  }

  /**
   * Writes a message into the room of a connection, `offset` bytes into the payload; its size.
   * `control` is the index of the connection's block.
   */
  write<T>(
    handle: number,
    control: number,
    offset: number,
    codec: StructCodec<unknown, T>,
    value: T,
  ): number {
    this.roomHandle = handle;
    this.#roomControl = control;
    this.#roomOffset = offset;
    this.#useRoom();
    this.writes += 1;
    this.writing = true;
    try {
      this.writer.begin();
      codec.write(this.writer, value);
      return this.writer.finish();
    } finally {
      this.writing = false;
    }
  }

  #useRoom(): void {
    this.refresh();
    // The block lies in the memory.
    this.start = (this.words[this.#roomControl] as number) + this.#roomOffset;
    this.capacity = (this.words[this.#roomControl + 1] as number) - this.#roomOffset;
  }

  /** For the writer: makes the room at least so large; what was written is lost. */
  grow(neededBytes: number): void {
    if (this.capacity >= payloadSizeMax) {
      throw new RpcError("resource_exhausted", `a message exceeds ${payloadSizeMax} bytes`);
    }
    // Writers ask for more than they need, so that they ask seldom.
    this.module.room(this.roomHandle, Math.min(neededBytes, payloadSizeMax) + this.#roomOffset);
    this.#useRoom();
  }

  /** Reads the bytes of an event as a message. */
  read<T>(event: number, codec: StructCodec<T, unknown>): T {
    const { words, reader } = this;
    reader.reset(this.bytes, this.view, words[event + 2] as number, words[event + 3] as number);
    return codec.read(reader);
  }

  #deliver(handle: number, events: number, count: number): void {
    this.refresh();
    const wasReading = this.reading;
    this.reading = true;
    try {
      this.#listeners.get(handle)?.receive(events >>> 2, count);
    } finally {
      this.reading = wasReading;
    }
  }

  #socketOf(handle: number): WebSocket | undefined {
    return this.#listeners.get(handle)?.socket;
  }

  /** A copy of what write() wrote. */
  written(size: number): Uint32Array {
    return this.words.slice(this.start >>> 2, (this.start + size) >>> 2);
  }

  /** An event of an error and the errorMore behind it. */
  errorOf(event: number): RpcError {
    const { words } = this;
    const more = event + eventWords;
    return new RpcError(statusCodeFrom((words[event] as number) >>> 8), this.textOf(event), {
      retryAfterMs: words[more + 1] as number, // events lie in the memory
      details: errorDetails(this.bytesOf(more)),
    });
  }

  /** The key that the module makes of a number, in base64. */
  keyText(key: number): string {
    const words = Uint32Array.of(...this.#seed, key, 0);
    return btoa(String.fromCharCode(...new Uint8Array(words.buffer)));
  }

  /** The bytes of an event, where they lie. */
  bytesOf(event: number): Uint8Array {
    const address = this.words[event + 2] as number; // events lie in the memory
    return this.bytes.subarray(address, address + (this.words[event + 3] as number));
  }

  textOf(event: number): string {
    return new TextDecoder().decode(this.bytesOf(event));
  }

  /** Runs what calls the module. */
  guard(run: () => void): void {
    try {
      run();
    } catch (thrown) {
      this.fail(thrown);
    }
  }

  /** What to throw on: as it is, unless it was the module that threw. */
  failure(thrown: unknown): unknown {
    return thrown instanceof WebAssembly.RuntimeError ? this.fail(thrown) : thrown;
  }

  /** The module threw: nothing in it can be trusted any more. */
  fail(thrown: unknown): RpcError {
    if (this.#broken !== undefined) return this.#broken;
    const error = new RpcError("internal", "cortado.wasm has stopped: connect() again", {
      cause: thrown,
    });
    this.#broken = error;
    for (const listener of [...this.#listeners.values()]) listener.broken(error);
    return error;
  }
}
