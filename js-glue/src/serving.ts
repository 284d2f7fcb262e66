// SPDX-License-Identifier: Apache-2.0
// The half of a link that answers calls of the other end. link.ts loads it with the first of them,
// and holds those that come meanwhile. It imports nothing that runs but numbers, and is given what
// the page has already: so bundlers put it into one file, and there is one class RpcError.
import type { MethodDescriptor, StructCodec } from "./codec/index.ts";
import type { CoreConnection } from "./core-connection.ts";
import type { RpcError } from "./errors.ts";
import { eventWords, eventKindNumber as kinds, resultsOffset } from "./generated/abi.ts";
import { statusCodeName } from "./generated/protocol.ts";
import {
  type CallPort,
  ServedCalls,
  type ServedMethod,
  type ServingParts,
} from "./served-calls.ts";
import type { Services } from "./services.ts";

/** An event of a served call and the one behind it, copied before they were void. */
export interface HeldEvent {
  readonly words: Uint32Array<ArrayBuffer>;
  readonly bytes: Uint8Array;
  /** Bytes of the event behind it, where it has some. */
  readonly moreBytes: Uint8Array | undefined;
}

const heldWords = 2 * eventWords;

export class Serving implements CallPort {
  readonly #connection: CoreConnection;
  readonly #services: Services;
  readonly #parts: ServingParts;
  readonly #calls: ServedCalls;
  /** By a hash of their interface and ordinal. */
  readonly #methods = new Map<number, readonly ServedMethod[]>();
  /** Services whose methods are in the table. */
  #known = 0;

  constructor(connection: CoreConnection, services: Services, parts: ServingParts) {
    this.#connection = connection;
    this.#services = services;
    this.#parts = parts;
    this.#calls = new ServedCalls(this, parts);
  }

  get count(): number {
    return this.#calls.count;
  }

  dropAll(error: RpcError): void {
    this.#calls.dropAll(error);
  }

  // --- events ------------------------------------------------------------------------------

  /** Puts an event back into the core's memory, where events are read. */
  handleHeld({ words, bytes, moreBytes }: HeldEvent): void {
    const { core } = this.#connection;
    const bytesAt = heldWords * 4;
    const moreAt = bytesAt + Math.ceil(bytes.length / 8) * 8;
    const address = core.module.allocate(moreAt + (moreBytes?.length ?? 0));
    core.refresh();
    words[2] = address + bytesAt;
    core.bytes.set(bytes, address + bytesAt);
    if (moreBytes !== undefined) {
      words[eventWords + 2] = address + moreAt;
      core.bytes.set(moreBytes, address + moreAt);
    }
    core.words.set(words, address >>> 2);
    this.handle(address >>> 2);
    core.module.release(address);
  }

  /** `event` is an index in `core.words`. */
  handle(event: number): void {
    const { core } = this.#connection;
    const calls = this.#calls;
    const head = core.words[event] as number; // events lie in the memory
    const detail = head >>> 8;
    const number = core.words[event + 1] as number;
    switch (head & 0xff) {
      case kinds.request:
        this.#start(event, detail, number);
        break;
      case kinds.item:
        this.#takeItem(event, number);
        break;
      case kinds.end:
        calls.inletOf(number)?.end(detail === 0 ? undefined : core.errorOf(event));
        break;
      case kinds.writable:
        calls.writable(number);
        break;
      default: // dropped
        calls.drop(number, statusCodeName[detail] ?? "unknown");
    }
  }

  #start(event: number, detail: number, number: number): void {
    const { core } = this.#connection;
    const { RpcError, decodeError } = this.#parts;
    const kind = detail >>> 16;
    const served = this.#find(event + eventWords, detail & 0xffff, kind);
    if (served === undefined || (served.method.kind ?? 0) !== kind) {
      this.fail(number, new RpcError("unimplemented", "this page serves no such method"));
      return;
    }
    const timeoutMs = core.words[event + eventWords + 1] as number; // events lie in the memory
    try {
      const params = (kind & 1) === 0 ? core.read(event, served.method.params as never) : undefined;
      this.#calls.start(number, served, params, timeoutMs);
    } catch (cause) {
      this.fail(number, decodeError("params", served.method, cause));
    }
  }

  /** `more`: the second event of a request. */
  #find(more: number, ordinal: number, kind: number): ServedMethod | undefined {
    const { words } = this.#connection.core;
    const low = words[more + 2] as number; // events lie in the memory
    const high = words[more + 3] as number;
    if (this.#known < this.#services.served.length) this.#learn();
    return (
      this.#methods.get(low ^ ordinal)?.find(({ method }) => {
        const isIt = method.interfaceIdLow === low && method.interfaceIdHigh === high;
        return isIt && method.ordinal === ordinal;
      }) ?? this.#services.fallback?.(low, high, ordinal, kind)
    );
  }

  /** Takes the methods of new services into the table: later ones come before earlier ones. */
  #learn(): void {
    const { served } = this.#services;
    for (const { descriptor, implementation } of served.slice(this.#known)) {
      // The generated function that made the service has seen to it that they fit together.
      const members = implementation as Record<string, ServedMethod["run"]>;
      const methods = Object.entries<MethodDescriptor<unknown, unknown>>(descriptor.methods);
      for (const [name, method] of methods) {
        const hash = method.interfaceIdLow ^ method.ordinal;
        const run: ServedMethod["run"] = (params, call) => members[name]?.(params, call);
        this.#methods.set(hash, [{ method, run }, ...(this.#methods.get(hash) ?? [])]);
      }
    }
    this.#known = served.length;
  }

  #takeItem(event: number, number: number): void {
    const { core } = this.#connection;
    const inlet = this.#calls.inletOf(number);
    const method = this.#calls.methodOf(number);
    if (inlet === undefined || method === undefined) return;
    let item: unknown;
    try {
      item = core.read(event, method.params as never);
    } catch (cause) {
      this.#calls.refuse(number, this.#parts.decodeError("items", method, cause));
      return;
    }
    inlet.take(item, core.words[event + 3] as number);
  }

  // --- answers -----------------------------------------------------------------------------

  sendItem<T>(call: number, codec: StructCodec<unknown, T>, item: T): number {
    return this.#connection.sendItem(call, codec, item);
  }

  consumed(call: number, items: number, bytes: number): void {
    this.#connection.consumed(call, items, bytes);
  }

  respond<T>(call: number, codec: StructCodec<unknown, T>, value: T | undefined): void {
    const connection = this.#connection;
    const { core, handle, turn } = connection;
    try {
      const size = value === undefined ? 0 : connection.write(resultsOffset, codec, value);
      core.module.respond(handle, call, size);
    } catch (thrown) {
      throw core.failure(thrown);
    }
    turn.begin();
  }

  fail(call: number, error: RpcError): void {
    const { core, handle, turn } = this.#connection;
    core.guard(() => {
      const { reason, details, retryAfterMs } = error;
      const text = new TextEncoder().encode(reason);
      const behind = Math.ceil(text.length / 8) * 8;
      const detailsSize = details === undefined ? 0 : 8 + details.message.length;
      const address = core.module.allocate(behind + detailsSize);
      core.refresh();
      const { bytes, view, module } = core;
      bytes.set(text, address);
      if (details !== undefined) {
        view.setBigUint64(address + behind, details.typeId, true);
        bytes.set(details.message, address + behind + 8);
      }
      const code = Object.values(statusCodeName).indexOf(error.code);
      module.fail(handle, call, code, retryAfterMs, address, text.length, detailsSize);
    });
    turn.begin();
  }
}
