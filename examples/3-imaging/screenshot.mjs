// SPDX-License-Identifier: Apache-2.0
// Makes docs/images/imaging*.png: the real page on the real server, by light and by dark, and as wide
// as a phone. `npm run build` first.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Chromium } from "../../bench/lib/chromium.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "docs/images");
const port = Number(process.env.PORT ?? 8098);
const waitMs = 240_000;

const shots = [
  { name: "imaging.png", scheme: "light", width: 1360, height: 860 },
  { name: "imaging-dark.png", scheme: "dark", width: 1360, height: 860 },
  { name: "imaging-phone.png", scheme: "dark", width: 390, height: 844 },
];

const args = ["--port", String(port), "--serve", fileURLToPath(new URL("dist", import.meta.url))];
const server = spawn(join(root, "build/release/bin/cortado-server"), args, {
  stdio: ["ignore", "ignore", "inherit"],
});
const browser = await Chromium.launch();
try {
  mkdirSync(folder, { recursive: true });
  const page = await browser.open("about:blank");
  await page.send("Emulation.setScrollbarsHidden", { hidden: true });
  await resize(page, shots[0]);
  await page.send("Page.navigate", { url: `http://127.0.0.1:${port}/?sample=24` });
  await finished(page);
  // Twice: by then the engine has compiled what runs often.
  for (let round = 0; round < 2; round += 1) {
    await choose(page, "Golden hour");
    await choose(page, "Silver print");
  }
  await page.evaluate("measure.click()");
  await page.poll(`/^Measured in/.test(measured.textContent) || undefined`, { timeoutMs: waitMs });
  for (const shot of shots) {
    await resize(page, shot);
    const features = [{ name: "prefers-color-scheme", value: shot.scheme }];
    await page.send("Emulation.setEmulatedMedia", { features });
    await choose(page, "Golden hour"); // the histogram, too, in the new colours
    await choose(page, "Silver print");
    const { data } = await page.send("Page.captureScreenshot", {
      format: "png",
      captureBeyondViewport: true,
    });
    writeFileSync(join(folder, shot.name), Buffer.from(data, "base64"));
    console.log(`docs/images/${shot.name}`);
  }
} finally {
  await browser.close();
  server.kill("SIGTERM");
}

function resize(page, { width, height }) {
  const metrics = { width, height, deviceScaleFactor: 1, mobile: false };
  return page.send("Emulation.setDeviceMetricsOverride", metrics);
}

/** The preset, once the picture is finished. */
async function choose(page, name) {
  await page.evaluate(`{
    delete document.body.dataset.developed;
    [...presets.children].find(({ textContent }) => textContent === "${name}").click();
  }`);
  await finished(page);
}

function finished(page) {
  return page.poll("document.body?.dataset.developed", { timeoutMs: waitMs });
}
