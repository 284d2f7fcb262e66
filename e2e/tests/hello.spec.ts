// SPDX-License-Identifier: Apache-2.0
// examples/1-hello: the program that the README shows in full, in a plain page without a bundler.
import { expect, test } from "../fixtures.ts";

test("the smallest program greets", async ({ page, startServer }) => {
  const hello = await startServer("example-1-hello");
  await page.goto(hello.url);
  await expect(page.locator("h1")).toHaveText("Hello, world!");
});
