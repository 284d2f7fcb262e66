// SPDX-License-Identifier: Apache-2.0
// The market's server goes away and comes back under an open page.
import { expect, test } from "../fixtures.ts";

test("the page says that the server is lost, and goes on when it is back", async ({
  page,
  startServer,
}) => {
  const market = await startServer("example-2-market");
  await page.goto(market.url);
  await expect(page.locator("#state")).toHaveText("Connected by WebSocket");
  await market.kill();
  await expect(page.locator("#state")).toContainText("connecting again");
  await market.start();
  await expect(page.locator("#state")).toHaveText("Connected by WebSocket");
  const last = page.locator("#quotes .last");
  const before = await last.allTextContents();
  await expect.poll(() => last.allTextContents()).not.toEqual(before);
});
