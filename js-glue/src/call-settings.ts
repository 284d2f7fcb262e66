// SPDX-License-Identifier: Apache-2.0
// What a carrier is told of a call, and what every carrier promises. Implementations:
// socket-carrier.ts, fetch-carrier.ts.
import type { Items, MethodDescriptor } from "./codec/index.ts";
import type { Inlet } from "./inlet.ts";

/** Of both carriers; what users choose is `CarrierChoice` in connect.ts. */
export type CarrierName = "websocket" | "fetch";

/** What some calls have besides. */
export interface CallMore {
  /** Where the callee's items go. */
  readonly inlet?: Inlet<unknown>;
  /** The caller's, instead of params. */
  readonly items?: Items<unknown> | undefined;
  /** Of an idempotent call that is sent again: its number when it was sent first. */
  readonly key?: number;
  /** The bytes of its idempotency key as JSON carries them. */
  readonly keyText?: string | undefined;
  /** By fetch: no results are awaited. */
  readonly notification?: boolean;
}

export interface Carrier {
  /**
   * Settles always: with the results, with the callee's error, or when the time is over, the signal
   * is aborted, the connection is lost or the carrier is closed.
   */
  call<P, R>(
    method: MethodDescriptor<P, R>,
    params: P,
    /** 0: for ever. */
    timeoutMs: number,
    signal: AbortSignal | undefined,
    more?: CallMore,
  ): Promise<R>;
}

const timeoutMsMax = 0xffff_ffff;

/** Whole milliseconds; what is not a positive number means for ever. */
export function wholeTimeoutMs(timeoutMs: number): number {
  return timeoutMs > 0 ? Math.min(Math.ceil(timeoutMs), timeoutMsMax) : 0;
}
