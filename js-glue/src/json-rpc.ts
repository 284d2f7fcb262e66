// SPDX-License-Identifier: Apache-2.0
// The messages of JSON-RPC 2.0: requests as text, answers as values or RpcErrors. Knows no fetch.
import { type ErrorDetails, errorDetails, RpcError } from "./errors.ts";
import { type StatusCode, statusCodeName } from "./generated/protocol.ts";

/** A request; without an id a notification. The key, in base64, is Cortado's extension. */
export function requestText(
  method: string,
  params: unknown,
  id: number | undefined,
  idempotencyKey: string | undefined,
): string {
  return JSON.stringify({ jsonrpc: "2.0", id, method, params, idempotencyKey });
}

type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One answer: exactly one of `result` and `error` counts. */
export interface Answer {
  /** null when the server could not tell which request it answers. */
  readonly id: number | null;
  readonly result: unknown;
  readonly error: RpcError | undefined;
}

/** undefined for what is no answer of JSON-RPC 2.0. */
export function answerFrom(value: unknown): Answer | undefined {
  if (!isObject(value) || value["jsonrpc"] !== "2.0") return undefined;
  const { id, error } = value as { id?: unknown; error?: unknown };
  if (typeof id !== "number" && id !== null) return undefined;
  if (error !== undefined) return { id, result: undefined, error: errorFrom(error) };
  return "result" in value ? { id, result: value["result"], error: undefined } : undefined;
}

/**
 * The codes that the specification reserves, as the statuses that fit them. What this client sends
 * is right: the others mean that something changed it on the way.
 */
function statusOfReserved(code: unknown): StatusCode {
  if (code === -32601) return "unimplemented";
  if (code === -32602) return "invalid_argument";
  return code === -32700 || code === -32600 || code === -32603 ? "internal" : "unknown";
}

/** The `error` member of an answer; its `data` is what the server's own errors add. */
export function errorFrom(error: unknown): RpcError {
  if (!isObject(error)) return new RpcError("internal", "the server's error is no object");
  const { code, message, data } = error as { code?: unknown; message?: unknown; data?: unknown };
  const more: JsonObject = isObject(data) ? data : {};
  const status =
    Object.values(statusCodeName).find((name) => name === more["code"]) ?? statusOfReserved(code);
  // What the specification words ("Parse error") is explained apart.
  const words = [message, more["reason"]].filter((part) => typeof part === "string");
  return new RpcError(status, words.join(": "), {
    retryAfterMs: Number(more["retryAfterMs"]),
    details: detailsFrom(more["details"]),
  });
}

/** Base64 of 8 bytes of type id and a Cap'n Proto message. */
function detailsFrom(text: unknown): ErrorDetails | undefined {
  if (typeof text !== "string") return undefined;
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return undefined; // details are an extra: the error itself is worth more than theirs
  }
  return errorDetails(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}

const httpStatuses: Readonly<Record<number, StatusCode>> = {
  400: "invalid_argument",
  401: "unauthenticated",
  403: "permission_denied",
  404: "unimplemented",
  405: "unimplemented",
  408: "deadline_exceeded",
  413: "resource_exhausted",
  429: "resource_exhausted",
  502: "unavailable",
  503: "unavailable",
  504: "deadline_exceeded",
};

/** For an answer that is no JSON-RPC, which a proxy or another program has sent. */
export function httpError(response: Response): RpcError {
  const type = response.headers.get("content-type") ?? "no content type";
  const reason = `${response.url} answered ${response.status} with ${type}, not JSON-RPC: is a Cortado server there?`;
  return new RpcError(httpStatuses[response.status] ?? "unknown", reason, {
    retryAfterMs: Number(response.headers.get("retry-after")) * 1000,
  });
}
