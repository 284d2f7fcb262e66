// SPDX-License-Identifier: Apache-2.0
// Chromium, driven by the DevTools protocol.
import type { BrowserType } from "@playwright/test";
import { type Engine, hasOwnBrowser, systemProgram } from "./engine.ts";

const candidates = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

const args = [
  "--no-sandbox", // CI runs as root, where the sandbox does not start
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function chromiumProgram(type: BrowserType): string {
  return hasOwnBrowser(type) ? type.executablePath() : systemProgram("chromium", candidates);
}

export function launchChromium(type: BrowserType): Promise<Engine> {
  return type.launch({ executablePath: chromiumProgram(type), args });
}
