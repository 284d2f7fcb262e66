// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { abortError, RpcError, statusCodeFrom } from "./errors.ts";

test("an error has its code in front of its words", () => {
  const cause = new Error("why");
  const error = new RpcError("not_found", "no such symbol", { cause, retryAfterMs: 5 });
  expect(error).toBeInstanceOf(Error);
  expect(String(error)).toBe("RpcError: not_found: no such symbol");
  expect(error).toMatchObject({ code: "not_found", reason: "no such symbol", retryAfterMs: 5 });
  expect(error.cause).toBe(cause);
});

test("anything thrown becomes an RpcError, once", () => {
  const error = new RpcError("aborted", "x");
  expect(RpcError.from(error)).toBe(error);
  expect(RpcError.from(new TypeError("bad")).message).toBe("unknown: bad");
  expect(RpcError.from("text", "internal").message).toBe("internal: text");
});

test("numbers that are no status are unknown", () => {
  expect([5, 16, 17, -1, 1.5].map(statusCodeFrom)).toEqual([
    "not_found",
    "unauthenticated",
    "unknown",
    "unknown",
    "unknown",
  ]);
});

test("the reason of an abort decides the code", () => {
  expect(abortError(AbortSignal.abort()).code).toBe("cancelled");
  expect(abortError(AbortSignal.abort("because")).cause).toBe("because");
  const timeout = new DOMException("late", "TimeoutError");
  expect(abortError(AbortSignal.abort(timeout)).code).toBe("deadline_exceeded");
});
