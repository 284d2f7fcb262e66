// SPDX-License-Identifier: Apache-2.0
// Browsers for the end-to-end tests: Playwright's own where all three are installed, else the
// system's packages. e2e/ makes the same choice by the same question.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { repositoryRoot } from "./paths.mjs";

const engines = ["chromium", "firefox", "webkit"];

function playwrightFolder() {
  const chosen = process.env.PLAYWRIGHT_BROWSERS_PATH;
  if (chosen) return chosen;
  return process.platform === "darwin"
    ? join(homedir(), "Library/Caches/ms-playwright")
    : join(homedir(), ".cache/ms-playwright");
}

/** Whether Playwright's own builds of all three engines, of the pinned version, are installed. */
export function hasPlaywrightBrowsers() {
  const list = join(repositoryRoot, "node_modules/playwright-core/browsers.json");
  const folder = playwrightFolder();
  if (!existsSync(list) || !existsSync(folder)) return false;
  const { browsers } = JSON.parse(readFileSync(list, "utf8"));
  const installed = new Set(readdirSync(folder));
  return engines.every((engine) => {
    const { revision } = browsers.find(({ name }) => name === engine);
    return installed.has(`${engine}-${revision}`);
  });
}
