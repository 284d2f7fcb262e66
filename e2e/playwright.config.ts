// SPDX-License-Identifier: Apache-2.0
// One suite, three engines; what needs no browser, or all of them at once, runs once. Which browsers they are is decided in
// browsers/.
import { defineConfig } from "@playwright/test";

const withoutBrowser = "http/**";
const withAllBrowsers = "all/**";
const { CI } = process.env;

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  globalSetup: "./global-setup.ts",
  // Machines are shared: limits have to end what hangs, not what is slow.
  timeout: 120_000,
  expect: { timeout: 30_000 },
  // Named "flaky" in the report when it helps; a real failure fails twice.
  retries: CI ? 1 : 0,
  workers: 1, // browsers share few cores with servers; a second worker makes nothing faster
  forbidOnly: true,
  reporter: "list",
  projects: [
    { name: "http", testMatch: withoutBrowser },
    { name: "all", testMatch: withAllBrowsers },
    ...(["chromium", "firefox", "webkit"] as const).map((browserName) => ({
      name: browserName,
      testIgnore: [withoutBrowser, withAllBrowsers],
      use: { browserName },
    })),
  ],
});
