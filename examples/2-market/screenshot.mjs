// SPDX-License-Identifier: Apache-2.0
// Makes docs/images/market.png and market-dark.png: a minute of the real page on the real server,
// in a browser that is driven without the DevTools domains that would slow its calls down.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Chromium } from "../../bench/lib/chromium.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "docs/images");
const port = Number(process.env.PORT ?? 8099);
const size = { width: 1440, height: 936, deviceScaleFactor: 1.5, mobile: false };
const afterMs = { webSocket: 22_000, fetch: 16_000, webSocketAgain: 22_000 };

const server = spawn(join(root, "build/release/bin/example-2-market"), ["--port", String(port)], {
  cwd: root,
  stdio: ["ignore", "ignore", "inherit"],
});
const browser = await Chromium.launch();
try {
  mkdirSync(folder, { recursive: true });
  const page = await browser.open("about:blank");
  await page.send("Emulation.setDeviceMetricsOverride", size);
  await page.send("Page.navigate", { url: `http://127.0.0.1:${port}/` });
  await use(page);
  for (const [scheme, name] of [
    ["light", "market.png"],
    ["dark", "market-dark.png"],
  ]) {
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await page.send("Emulation.setEmulatedMedia", { features });
    await passed(page, 1000); // one more redraw, in the new colours
    const { data } = await page.send("Page.captureScreenshot", { format: "png" });
    writeFileSync(join(folder, name), Buffer.from(data, "base64"));
    console.log(`docs/images/${name}`);
  }
} finally {
  await browser.close();
  server.kill("SIGTERM");
}

/** A minute in the life of a trader. */
async function use(page) {
  await page.poll(
    `document.querySelector("#quotes .last")?.textContent.includes(".") || undefined`,
  );
  await order(page, { symbol: "GESH", quantity: 40 });
  await order(page, { symbol: "LATT", quantity: 120 });
  await order(page, { symbol: "MILK", quantity: 500, side: "sell" });
  await order(page, { symbol: "CORT", quantity: 250 });
  await order(page, { symbol: "MOCA", quantity: 300, limit: "43.50" });
  await passed(page, afterMs.webSocket);
  await choose(page, "carrier", "fetch");
  await passed(page, 1000);
  await page.evaluate("burst.click()");
  await passed(page, afterMs.fetch);
  await choose(page, "carrier", "websocket");
  await passed(page, 1000);
  for (let warm = 0; warm < 3; warm += 1) {
    await page.evaluate("burst.click()");
    await passed(page, 500);
  }
  await passed(page, afterMs.webSocketAgain);
  await order(page, { symbol: "CORT", quantity: 90_000 });
}

async function order(page, { symbol, quantity, side = "buy", limit = "" }) {
  await choose(page, "side", side);
  await choose(page, "pricing", limit === "" ? "market" : "limit");
  await page.evaluate(`{
    const { symbol, quantity, limit } = order.elements;
    symbol.value = "${symbol}";
    quantity.value = "${quantity}";
    limit.value = "${limit}";
    order.dispatchEvent(new Event("input"));
    answer.textContent = "";
    submit.click();
  }`);
  await page.poll(`answer.textContent || undefined`);
}

function choose(page, name, value) {
  return page.evaluate(`document.querySelector("[name=${name}][value=${value}]").click()`);
}

/** Real time: what the plot shows cannot be had faster. */
function passed(page, ms) {
  return page.evaluate(`new Promise((resolve) => setTimeout(resolve, ${ms}))`);
}
