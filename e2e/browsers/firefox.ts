// SPDX-License-Identifier: Apache-2.0
// Firefox: Playwright's own build, or the system's by WebDriver BiDi.
import type { BrowserType } from "@playwright/test";
import { type Engine, hasOwnBrowser, systemProgram } from "./engine.ts";

const candidates = ["/usr/bin/firefox-esr", "/usr/bin/firefox"];

export function firefoxProgram(type: BrowserType): string {
  return hasOwnBrowser(type) ? type.executablePath() : systemProgram("firefox", candidates);
}

export function launchFirefox(type: BrowserType): Promise<Engine> {
  if (hasOwnBrowser(type)) return type.launch();
  // A channel that begins with `moz-` selects BiDi, the one protocol a stock Firefox speaks.
  return type.launch({ channel: "moz-firefox", executablePath: firefoxProgram(type) });
}
