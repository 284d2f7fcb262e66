// SPDX-License-Identifier: Apache-2.0
// examples/2-market, used as a person would.
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";

const prices = (page: Page) => page.locator("#quotes .last").allTextContents();

test.beforeEach(async ({ page, startServer }) => {
  const market = await startServer("example-2-market", "--seed", "7");
  await page.goto(market.url);
  await expect(page.locator("#quotes tr")).toHaveCount(12);
  await expect(page.locator("#state")).toHaveText("Connected by WebSocket");
});

test("quotes tick, as they are streamed", async ({ page }) => {
  await expect(page.locator("#quotes .last").first()).toHaveText(/^\d+\.\d\d$/);
  const before = await prices(page);
  await expect.poll(() => prices(page)).not.toEqual(before);
});

test("quotes that are asked for: calls of one turn share a message", async ({ page }) => {
  await page.getByLabel("Prices").selectOption("50");
  const turn = page
    .locator("#turns tr")
    .filter({ hasText: /^12 quote\b/ })
    .first();
  await expect(turn).toContainText("1 + 1");
});

test("a market order is filled and becomes a position", async ({ page }) => {
  await page.getByLabel("Symbol").fill("moca");
  await page.getByLabel("Quantity").fill("25");
  await page.getByRole("button", { name: "Buy 25 MOCA" }).click();
  await expect(page.locator("#answer")).toHaveText(/^Bought 25 MOCA at \d+\.\d\d\.$/);
  await expect(page.locator("#orders tr").first()).toContainText("Buy 25 MOCA");
  await expect(page.locator("#positions tr")).toContainText("MOCA");
});

test("a limit order waits, and can be cancelled", async ({ page }) => {
  await page.getByRole("button", { name: /^GESH/ }).click();
  await page.getByRole("radio", { name: "Limit" }).check();
  await page.getByLabel("Limit", { exact: true }).last().fill("400");
  await page.locator("#submit").click();
  await expect(page.locator("#answer")).toHaveText("Order 1 waits for its price.");
  await page.getByRole("button", { name: "Cancel order 1" }).click();
  await expect(page.locator("#orders tr").first()).toContainText("cancelled");
});

test("a refused order says why and marks the field", async ({ page }) => {
  const cases = [
    ["Quantity", "999999", "invalid_argument"],
    ["Symbol", "TEA", "not_found"],
  ] as const;
  for (const [field, value, code] of cases) {
    const input = page.getByLabel(field);
    const good = await input.inputValue();
    await input.fill(value);
    await page.locator("#submit").click();
    await expect(page.locator("#answer")).toContainText(code);
    await expect(input).toHaveAttribute("aria-invalid", "true");
    await input.fill(good);
    await expect(input).not.toHaveAttribute("aria-invalid");
  }
});

test("the carrier changes live, and a refusal is as typed over fetch", async ({ page }) => {
  await page.getByRole("radio", { name: /^fetch/ }).check();
  await expect(page.locator("#state")).toHaveText("Connected by fetch");
  const before = await prices(page);
  await expect.poll(() => prices(page)).not.toEqual(before);
  await page.getByLabel("Quantity").fill("0");
  await page.locator("#submit").click();
  await expect(page.getByLabel("Quantity")).toHaveAttribute("aria-invalid", "true");
  await page.getByRole("radio", { name: /^WebSocket/ }).check();
  await expect(page.locator("#state")).toHaveText("Connected by WebSocket");
});

test("an order given while the network is cut is placed when it is back", async ({ page }) => {
  await page.getByRole("button", { name: "Cut the network" }).click();
  await expect(page.locator("#state")).toContainText("connecting again");
  await page.getByRole("button", { name: "Buy 10 CORT" }).click();
  await expect(page.locator("#answer")).toHaveText(/^Bought 10 CORT at \d+\.\d\d\.$/);
  await expect(page.locator("#state")).toHaveText("Connected by WebSocket");
  await expect(page.locator("#diagnosis")).toContainText("1 went on where the last ended");
  await expect(page.locator("#positions tr")).toContainText("CORT");
  const before = await prices(page);
  await expect.poll(() => prices(page)).not.toEqual(before);
});

for (const carrier of [/^WebSocket/, /^fetch/]) {
  test(`a burst of 1,000 calls, by ${carrier.source.slice(1)}`, async ({ page }) => {
    await page.getByRole("radio", { name: carrier }).check();
    await expect(page.locator("#state")).toHaveText(/^Connected by/);
    await page.getByRole("button", { name: "Fire 1,000 calls" }).click();
    await expect(page.locator("#burst-answer")).toHaveText(/ms, \d+ messages, \d+ B a call$/);
    await expect(page.locator("#bars")).toContainText(/[\d,]+ calls\/s/);
  });
}

test("nothing on the page moves while it lives", async ({ page }) => {
  const shifts = await page.evaluate(async () => {
    if (!PerformanceObserver.supportedEntryTypes.includes("layout-shift")) return 0;
    let total = 0;
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) total += Reflect.get(entry, "value");
    });
    observer.observe({ type: "layout-shift", buffered: true });
    const turns = document.querySelector("#turns");
    const ticked = () =>
      new Promise((resolve) =>
        new MutationObserver(resolve).observe(turns as Node, { childList: true }),
      );
    for (let turn = 0; turn < 5; turn += 1) await ticked();
    return total;
  });
  expect(shifts).toBeLessThan(0.01);
});
