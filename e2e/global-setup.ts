// SPDX-License-Identifier: Apache-2.0
// Once before all tests: says which browsers these are, and builds the pages.
import { chromium, firefox, webkit } from "@playwright/test";
import { chromiumProgram } from "./browsers/chromium.ts";
import { firefoxProgram } from "./browsers/firefox.ts";
import { webkitProgram } from "./browsers/webkit.ts";
import { buildSite } from "./support/build-site.ts";

// biome-ignore lint/style/noDefaultExport: Playwright asks for one
export default async function globalSetup(): Promise<void> {
  console.log(`chromium: ${chromiumProgram(chromium)}`);
  console.log(`firefox:  ${firefoxProgram(firefox)}`);
  console.log(`webkit:   ${webkitProgram(webkit)}`);
  await buildSite();
}
