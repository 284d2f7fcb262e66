// SPDX-License-Identifier: Apache-2.0
// One connection in the core, as both halves of a link write to it: own-calls.ts and serving.ts.
// Knows no call and no socket.
import type { StructCodec } from "./codec/index.ts";
import type { ConnectionKind, Core, CoreListener } from "./core.ts";
import type { RpcError } from "./errors.ts";
import { Turn } from "./turn.ts";

/** An asynchronous generator takes three microtasks to its next item, with one that feeds it six. */
const itemPatience = 6;

export class CoreConnection {
  readonly core: Core;
  readonly handle: number;
  readonly turn: Turn;
  /** Why nothing is to be sent any more. */
  closedBy: RpcError | undefined;
  readonly #control: number;

  constructor(core: Core, listener: CoreListener, kind: ConnectionKind) {
    this.core = core;
    this.handle = core.open(listener, kind);
    this.#control = core.module.control(this.handle) >>> 2;
    this.turn = new Turn(core, this.handle, this.#control);
  }

  /** Writes the payload of a frame, `offset` bytes into the room for it; its size. */
  write<T>(offset: number, codec: StructCodec<unknown, T>, value: T): number {
    return this.core.write(this.handle, this.#control, offset, codec, value);
  }

  /** Of a call of either end. What became of it: see client/abi.capnp. */
  sendItem<T>(call: number, codec: StructCodec<unknown, T>, item: T): number {
    const { core, turn } = this;
    turn.frames += 1;
    turn.patience = itemPatience;
    turn.begin();
    try {
      return core.module.item(this.handle, call, this.write(0, codec, item));
    } catch (thrown) {
      throw core.failure(thrown);
    }
  }

  /** Items of a call of either end were read. */
  consumed(call: number, items: number, bytes: number): void {
    if (this.closedBy !== undefined) return;
    this.core.guard(() => this.core.module.consumed(this.handle, call, items, bytes));
    this.turn.begin();
  }
}
