// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { calling, moving, Pool } from "./connection.ts";

test("a pool creates what it lacks, and keeps one size", () => {
  const created: string[] = [];
  const pool = new Pool((size, index) => {
    created.push(`${size}:${index}`);
    return new Uint8Array(size);
  });
  const first = pool.take(8);
  pool.take(8);
  pool.give(first);
  expect(pool.take(8)).toBe(first);
  expect(pool.take(16)).toHaveLength(16);
  pool.give(first); // of the size before
  expect(pool.take(16)).toHaveLength(16);
  expect(created).toEqual(["8:0", "8:1", "16:0", "16:1"]);
});

test("a payload is taken again only when its call was answered", async () => {
  const connection = calling(async (payload) => payload.length);
  const first = connection.take(8);
  const answer = connection.call(first);
  expect(connection.take(8)).not.toBe(first);
  expect(await answer).toBe(8);
  expect(connection.take(8)).toBe(first);
});

test("of a payload that was moved it is what comes back", async () => {
  const returned = new Uint8Array(8);
  const connection = moving(async () => ({ check: 5, payload: returned }));
  expect(await connection.call(connection.take(8))).toBe(5);
  expect(connection.take(8)).toBe(returned);
});
