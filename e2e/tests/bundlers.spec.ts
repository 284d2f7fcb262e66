// SPDX-License-Identifier: Apache-2.0
// The same small applications (pages/bundled.ts, pages/bundled-worker.ts) as bundlers make them.
// tests/hello.spec.ts and tests/workers/ are pages without one.
import { expect, test } from "../fixtures.ts";
import { siteFolder } from "../support/paths.ts";
import { serveFolder } from "../support/static-server.ts";

for (const path of ["/esbuild/", "/vite/bundled.html"]) {
  test(`a bundle calls: ${path}`, async ({ page, service }) => {
    await page.goto(service.url + path);
    await expect(page.locator("output")).toHaveText("3 bytes, sum 6");
  });
}

/** A policy reaches workers only as a header of their scripts. */
const strict = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const isolated = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

for (const folder of ["esbuild", "vite", "vite-es"]) {
  for (const [carrier, headers] of [
    ["bus", { ...isolated, "content-security-policy": strict }],
    ["port", { "content-security-policy": strict }],
  ] as const) {
    test(`a bundle calls its worker over the ${carrier}: ${folder}`, async ({ page }) => {
      const site = await serveFolder(siteFolder, { headers });
      await page.goto(`${site.url}/${folder}/bundled-worker.html`);
      await expect(page.locator("output")).toHaveText(`${carrier}: 3 bytes, sum 6`);
      await site.close();
    });
  }
}

test("a policy that forbids WebAssembly in a worker alone: the page's error names the cure", async ({
  page,
}) => {
  const site = await serveFolder(siteFolder, {
    headersOf: (path) =>
      path.endsWith(".worker.js") ? { "content-security-policy": "default-src 'self'" } : {},
  });
  await page.goto(`${site.url}/esbuild/bundled-worker.html`);
  await expect(page.locator("output")).toContainText("'wasm-unsafe-eval'");
  await site.close();
});
