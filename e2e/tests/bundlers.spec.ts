// SPDX-License-Identifier: Apache-2.0
// The same small application (pages/bundled.ts) as two bundlers make it. tests/hello.spec.ts is the
// page without one.
import { expect, test } from "../fixtures.ts";

for (const path of ["/esbuild/", "/vite/bundled.html"]) {
  test(`a bundle calls: ${path}`, async ({ page, service }) => {
    await page.goto(service.url + path);
    await expect(page.locator("output")).toHaveText("3 bytes, sum 6");
  });
}
