// SPDX-License-Identifier: Apache-2.0
// What a test needs of a browser, so that all three are alike to it. Playwright's own browsers are
// taken where they are installed (`npx playwright install`), the system's otherwise.
import { existsSync } from "node:fs";
import type { BrowserContext, BrowserContextOptions, BrowserType } from "@playwright/test";

export interface Engine {
  newContext(options?: BrowserContextOptions): Promise<BrowserContext>;
  close(): Promise<void>;
}

/** Whether `npx playwright install` has been here. */
export function hasOwnBrowser(type: BrowserType): boolean {
  return existsSync(type.executablePath());
}

/** The first of these programs that is installed. Throws an error that says what to install. */
export function systemProgram(name: string, candidates: readonly string[]): string {
  const found = candidates.find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error(
    `${name} is not installed. Run \`node tools/setup/setup.mjs test\`, or ` +
      `\`npx playwright install ${name}\` (looked for ${candidates.join(", ")})`,
  );
}
