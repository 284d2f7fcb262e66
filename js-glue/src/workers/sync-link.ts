// SPDX-License-Identifier: Apache-2.0
// A link on which a call can also be made without a promise: its events are looked at while its thread
// waits for them.
import type { MethodDescriptor } from "../codec/index.ts";
import { eventWords, eventKindNumber as kinds, paramsOffset } from "../generated/abi.ts";
import { deadlineError, Link, RpcError, refusal } from "../index.ts";

/** What became of the call. */
interface Outcome {
  readonly value?: unknown;
  readonly error?: RpcError;
}

interface SyncCall {
  readonly slot: number;
  readonly method: MethodDescriptor<unknown, unknown>;
  outcome: Outcome | undefined;
}

export class SyncLink extends Link {
  #call: SyncCall | undefined;

  get handle(): number {
    return this.connection.handle;
  }

  /** `wait` returns when `isDone` says so, or when it is too late. */
  callSync<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    timeoutMs: number,
    wait: (isDone: () => boolean) => void,
  ): R {
    const { core, handle, turn, closedBy } = this.connection;
    if (closedBy !== undefined) throw closedBy;
    if (core.reading || core.writing) {
      const reason = "callSync() cannot be used in a stream's callback, nor in a getter of params";
      throw new RpcError("failed_precondition", reason);
    }
    const slot = this.#send(method, params, timeoutMs);
    // What is in it is only ever read with its own results type again.
    const call: SyncCall = { slot, method: method as SyncCall["method"], outcome: undefined };
    this.#call = call;
    turn.flush();
    wait(() => call.outcome !== undefined);
    this.#call = undefined;
    if (call.outcome === undefined) {
      core.guard(() => core.module.cancel(handle, slot));
      turn.begin();
      throw deadlineError(timeoutMs);
    }
    const { error, value } = call.outcome;
    if (error !== undefined) throw error;
    return value as R;
  }

  #send<P, R>(method: MethodDescriptor<P, R>, params: P, timeoutMs: number): number {
    const { core, handle } = this.connection;
    const { interfaceIdLow, interfaceIdHigh, ordinal } = method;
    let slot: number;
    try {
      const size = this.connection.write(paramsOffset, method.params, params);
      const nowMs = performance.now();
      slot = core.module.call(
        handle,
        interfaceIdLow,
        interfaceIdHigh,
        ordinal,
        0,
        size,
        timeoutMs,
        nowMs,
      );
    } catch (thrown) {
      throw RpcError.from(core.failure(thrown), "invalid_argument");
    }
    if (slot < 0) throw refusal(slot);
    return slot;
  }

  override receive(first: number, count: number): void {
    if (this.#call !== undefined) this.#look(this.#call, first, count);
    super.receive(first, count); // who waits for it is nobody there
  }

  #look(call: SyncCall, first: number, count: number): void {
    const { core } = this.connection;
    const end = first + count * eventWords;
    for (let event = first; event < end; event += eventWords) {
      core.refresh();
      if (core.words[event + 1] !== call.slot) continue;
      const kind = (core.words[event] as number) & 0xff; // events lie in the memory
      if (kind === kinds.response) call.outcome = this.#read(call, event);
      else if (kind === kinds.error) call.outcome = { error: core.errorOf(event) };
      else if (kind === kinds.lost) {
        call.outcome = { error: new RpcError("unknown", "the other end has left") };
      }
    }
  }

  #read({ method }: SyncCall, event: number): Outcome {
    try {
      return { value: this.connection.core.read(event, method.results) };
    } catch (cause) {
      return { error: RpcError.from(cause, "internal") };
    }
  }
}
