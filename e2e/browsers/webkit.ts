// SPDX-License-Identifier: Apache-2.0
// WebKit: Playwright's own build, or the system's WebKitGTK. The latter is MiniBrowser under Xvfb,
// a new one for each context, spoken to by its inspector. Its limits: one page a context, no
// trusted input (a click does not focus), a fixed viewport, no downloads, no popups.
import { existsSync } from "node:fs";
import type { BrowserContext, BrowserType } from "@playwright/test";
import { type Engine, hasOwnBrowser, systemProgram } from "./engine.ts";
import { connectInspector } from "./inspector.ts";
import { launchMiniBrowser, type MiniBrowser, startDisplay } from "./mini-browser.ts";

const candidates = ["x86_64", "aarch64"].flatMap((machine) =>
  ["4.1", "6.0", "4.0"].map(
    (version) => `/usr/lib/${machine}-linux-gnu/webkit2gtk-${version}/MiniBrowser`,
  ),
);

export function webkitProgram(type: BrowserType): string {
  return hasOwnBrowser(type) ? type.executablePath() : systemProgram("webkit", candidates);
}

export async function launchWebKit(type: BrowserType): Promise<Engine> {
  if (hasOwnBrowser(type)) return type.launch();
  if (!existsSync("/usr/bin/Xvfb")) systemProgram("xvfb", ["/usr/bin/Xvfb"]);
  const program = webkitProgram(type);
  const display = await startDisplay();
  const running = new Set<MiniBrowser>();

  return {
    async newContext(): Promise<BrowserContext> {
      const miniBrowser = await launchMiniBrowser(program, display.name);
      running.add(miniBrowser);
      const { browser, context, page } = await connectInspector(type, miniBrowser.inspectorUrl);
      let taken = false;
      // The page is there already, and it is the only one there can be.
      context.newPage = async () => {
        if (taken)
          throw new Error("The system's WebKit has one page a context: open another context.");
        taken = true;
        return page;
      };
      context.close = async () => {
        if (!running.delete(miniBrowser)) return;
        await browser.close();
        await miniBrowser.close();
      };
      return context;
    },
    async close(): Promise<void> {
      await Promise.all([...running].map((miniBrowser) => miniBrowser.close()));
      await display.close();
    },
  };
}
