// SPDX-License-Identifier: Apache-2.0
// A started cortado.wasm and its memory, shared by all connections of a page. It hands out what
// happened to the connection it happened on, and holds the one writer and the one reader that
// codecs use on the module's memory. Knows no socket's life and no retry.
import { MessageReader, MessageWriter } from "./codec/index.ts";
import type { CortadoImports, CortadoModule } from "./cortado-module.ts";
import { RpcError } from "./errors.ts";
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

/** Starts an instance; see load-core.ts for where it comes from. */
export type Instantiate = (imports: WebAssembly.Imports) => Promise<WebAssembly.Instance>;

/**
 * The room for the params of one call, at the end of the outgoing buffer of one connection. The
 * writer asks for more by grow().
 */
class Room {
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
  view: DataView = new DataView(new ArrayBuffer(0));
  start = 0;
  capacity = 0;
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Makes the capacity at least this, elsewhere perhaps; what was written is lost. */
  grow(neededBytes: number): void {
    if (this.capacity >= payloadSizeMax) {
      throw new RpcError("resource_exhausted", `params exceed ${payloadSizeMax} bytes: send less`);
    }
    // Writers ask for more than they need, so that they ask seldom.
    this.#core.growRoom(Math.min(neededBytes, payloadSizeMax));
  }
}

export class Core {
  readonly module: CortadoModule;
  /** Of the module's memory; replaced when it has grown. */
  words: Uint32Array = new Uint32Array();
  doubles: Float64Array = new Float64Array();
  readonly room = new Room(this);
  readonly writer = new MessageWriter(this.room);
  readonly reader = new MessageReader();
  /** A value is being written: getters of the user's own may run, and may call again. */
  writing = false;
  #broken: RpcError | undefined;
  #roomHandle = 0;
  #roomControl = 0;
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
          core.#socketOf(handle)?.send(core.room.bytes.subarray(message, message + size));
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
    this.room.bytes = new Uint8Array(buffer);
    this.room.view = new DataView(buffer);
  }

  /** A new connection; `listener` hears of it until close(). */
  open(listener: CoreListener): number {
    const handle = this.module.open();
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
  receive(handle: number, data: ArrayBuffer | string): void {
    let message = 0;
    let size = 0;
    if (typeof data !== "string") {
      size = data.byteLength;
      message = this.module.allocate(size);
      this.refresh();
      this.room.bytes.set(new Uint8Array(data), message);
    }
    this.module.receive(handle, message, size, performance.now());
  }

  /** Points the writer to the room of a connection; `control` is the index of its block. */
  useRoom(handle: number, control: number): void {
    this.refresh();
    this.#roomHandle = handle;
    this.#roomControl = control;
    this.room.start = this.words[control] as number; // the block lies in the memory
    this.room.capacity = this.words[control + 1] as number;
  }

  growRoom(neededBytes: number): void {
    this.module.room(this.#roomHandle, neededBytes);
    this.useRoom(this.#roomHandle, this.#roomControl);
  }

  #deliver(handle: number, events: number, count: number): void {
    this.refresh();
    this.#listeners.get(handle)?.receive(events >>> 2, count);
  }

  #socketOf(handle: number): WebSocket | undefined {
    return this.#listeners.get(handle)?.socket;
  }

  /** The bytes of an event, copied out as UTF-8. */
  textOf(event: number): string {
    const { bytes } = this.room;
    const address = this.words[event + 2] as number; // events lie in the memory
    return new TextDecoder().decode(bytes.subarray(address, address + this.sizeOf(event)));
  }

  sizeOf(event: number): number {
    return this.words[event + eventWords - 1] as number;
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
