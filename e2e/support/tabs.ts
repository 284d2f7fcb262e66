// SPDX-License-Identifier: Apache-2.0
// Tabs of one browser: pages of a context, or, where an engine has one page a context (the system's
// WebKit), frames of that page, which have their own locks, channels and end like tabs do.
import type { BrowserContext, Frame, Page } from "@playwright/test";

export interface Tab {
  readonly evaluate: Page["evaluate"];
  /** Undefined: it is a frame. */
  readonly page: Page | undefined;
  close(): Promise<void>;
}

/** At least two. */
export async function openTabs(
  context: BrowserContext,
  url: string,
  count: number,
): Promise<Tab[]> {
  const host = await context.newPage();
  const pages = [host];
  let hasManyPages = true;
  while (hasManyPages && pages.length < count) {
    try {
      pages.push(await context.newPage());
    } catch {
      hasManyPages = false; // whatever the reason is, frames are what is left to try
    }
  }
  for (const page of pages) await page.goto(url);
  if (hasManyPages) return pages.map(pageTab);
  return Promise.all(Array.from({ length: count }, () => frameTab(host, url)));
}

function pageTab(page: Page): Tab {
  return { evaluate: page.evaluate.bind(page), page, close: () => page.close() };
}

async function frameTab(host: Page, url: string): Promise<Tab> {
  const element = await host.evaluateHandle(async (address) => {
    const frame = document.createElement("iframe");
    const loaded = new Promise((resolve) => {
      frame.onload = resolve;
    });
    frame.src = address;
    document.body.append(frame);
    await loaded;
    return frame;
  }, url);
  const frame = (await element.contentFrame()) as Frame; // an iframe has one
  return {
    evaluate: frame.evaluate.bind(frame) as Page["evaluate"],
    page: undefined,
    close: () => element.evaluate((each) => each.remove()),
  };
}
