// SPDX-License-Identifier: Apache-2.0
// What generated clients call: the four kinds of calls, of which those that stream are made of one.
// Knows no carrier.
import { type CallMore, wholeTimeoutMs } from "./call-settings.ts";
import { CallStream } from "./call-stream.ts";
import type { CallOptions, Channel, ItemStream, Items, MethodDescriptor } from "./codec/index.ts";

export abstract class Caller implements Channel {
  abstract call<P, R>(method: MethodDescriptor<P, R>, params: P, options?: CallOptions): Promise<R>;

  /** See Carrier.call(). Where `more` has items, there are no params to be looked at. */
  protected abstract stream<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    timeoutMs: number,
    signal: AbortSignal | undefined,
    more: CallMore,
  ): Promise<R>;

  watch<P, R>(method: MethodDescriptor<P, R>, params: P, options?: CallOptions): ItemStream<R> {
    return this.#read(method, params, options, undefined);
  }

  upload<P, R>(method: MethodDescriptor<P, R>, items: Items<P>, options?: CallOptions): Promise<R> {
    const timeoutMs = streamTimeoutMs(method, options);
    return this.stream(method, undefined as P, timeoutMs, options?.signal, { items });
  }

  chat<P, R>(
    method: MethodDescriptor<P, R>,
    items: Items<P>,
    options?: CallOptions,
  ): ItemStream<R> {
    return this.#read(method, undefined as P, options, items);
  }

  #read<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    options: CallOptions | undefined,
    items: Items<P> | undefined,
  ): ItemStream<R> {
    const timeoutMs = streamTimeoutMs(method, options);
    return new CallStream<R>(
      (inlet, signal) =>
        this.stream(method, params, timeoutMs, signal, { items, inlet: inlet as never }),
      options?.signal,
    );
  }
}

/** None, unless one is stated: a stream lasts as long as it is of use. */
function streamTimeoutMs<P, R>(
  method: MethodDescriptor<P, R>,
  options: CallOptions | undefined,
): number {
  return wholeTimeoutMs(options?.timeoutMs ?? method.deadlineMs);
}
