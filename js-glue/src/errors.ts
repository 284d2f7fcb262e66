// SPDX-License-Identifier: Apache-2.0
// The one error of the package. `code` is API; `message` is for people and names the cure.
import { type StatusCode, statusCodeName } from "./generated/protocol.ts";

/** A typed message that the server sent along: `Refusal.decode(error.details.message)`. */
export interface ErrorDetails {
  /** The id of the struct in the schema. */
  readonly typeId: bigint;
  /** The struct as a Cap'n Proto message. */
  readonly message: Uint8Array;
}

export interface RpcErrorOptions extends ErrorOptions {
  retryAfterMs?: number;
  details?: ErrorDetails | undefined;
}

export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: StatusCode;
  /** The message without the code in front. */
  readonly reason: string;
  /** Milliseconds after which trying again makes sense; 0: nothing is known. */
  readonly retryAfterMs: number;
  readonly details: ErrorDetails | undefined;

  constructor(code: StatusCode, reason: string, options?: RpcErrorOptions) {
    super(`${code}: ${reason}`, options);
    this.code = code;
    this.reason = reason;
    const retryAfterMs = options?.retryAfterMs ?? 0;
    this.retryAfterMs = retryAfterMs > 0 ? retryAfterMs : 0; // NaN, of what was no number, too
    this.details = options?.details;
  }

  /** Anything thrown, as an RpcError: itself, or `code` with the original as its cause. */
  static from(thrown: unknown, code: StatusCode = "unknown"): RpcError {
    if (thrown instanceof RpcError) return thrown;
    return new RpcError(code, thrown instanceof Error ? thrown.message : String(thrown), {
      cause: thrown,
    });
  }
}

/** As they are sent: 8 bytes of type id and the message; a copy. */
export function errorDetails(bytes: Uint8Array): ErrorDetails | undefined {
  if (bytes.length < 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return { typeId: view.getBigUint64(0, true), message: bytes.slice(8) };
}

/** An unknown number is `unknown`, as docs/protocol.md says. */
export function statusCodeFrom(number: number): StatusCode {
  return statusCodeName[number] ?? "unknown";
}

export function statusNumberOf(code: StatusCode): number {
  return Object.values(statusCodeName).indexOf(code);
}

/** What a call whose signal was aborted rejects with. */
export function abortError(signal: AbortSignal): RpcError {
  const cause: unknown = signal.reason;
  if (cause instanceof RpcError) return cause;
  return cause instanceof Error && cause.name === "TimeoutError"
    ? new RpcError("deadline_exceeded", "its AbortSignal timed out", { cause })
    : new RpcError("cancelled", "its AbortSignal was aborted", { cause });
}

export function deadlineError(timeoutMs: number): RpcError {
  return new RpcError("deadline_exceeded", `no answer within ${timeoutMs} ms`);
}
