// SPDX-License-Identifier: Apache-2.0
import { expect, test, vi } from "vitest";
import { Bell } from "./bell.ts";

function bell() {
  return new Bell(new Int32Array(new SharedArrayBuffer(4)), 0);
}

test("who waits is woken by a ring", async () => {
  const waited = bell();
  const onWork = vi.fn();
  const woken = waited.waitAsync(() => false, onWork);
  await undefined;
  expect(onWork).not.toHaveBeenCalled();
  waited.ring();
  await woken;
  expect(onWork).toHaveBeenCalledOnce();
});

test("nobody sleeps who has work", async () => {
  const waited = bell();
  const onWork = vi.fn();
  await waited.waitAsync(() => true, onWork);
  expect(onWork).toHaveBeenCalledOnce();
  waited.wait(() => true);
  waited.spin(() => true);
});
