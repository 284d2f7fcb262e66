// SPDX-License-Identifier: Apache-2.0
// Runs candidates side by side: in every round each case is measured for all candidates, one right
// after the other and in another order each round. The first round warms up and is not counted.
import { buildNative } from "./build.mjs";
import { Chromium } from "./chromium.mjs";
import { Firefox } from "./firefox.mjs";
import { buildPages, pagesFolder } from "./pages.mjs";
import { Servers } from "./processes.mjs";
import { orderOf, Samples } from "./statistics.mjs";

/** What most suites have: pages that call servers. */
const serverPages = {
  folder: pagesFolder,
  async build(candidates) {
    await buildNative("bench-server");
    await buildPages(candidates);
  },
};

const browsers = { chromium: Chromium, firefox: Firefox };

/** Builds the pages, starts servers and browser, runs `work({ browser, urlOf })`, stops all. */
export async function withBrowser(
  candidates,
  work,
  { pages = serverPages, browserName = "chromium" } = {},
) {
  await pages.build(candidates);
  const servers = new Servers(pages.folder);
  let browser;
  try {
    browser = await browsers[browserName].launch();
    const urls = new Map();
    for (const { name, file, server, origin } of candidates) {
      const origins = await servers.start(server);
      urls.set(name, (page) => `${origins[origin ?? "origin"]}/${file}/${page}.html`);
    }
    const result = await work({ browser, urlOf: ({ name }, page) => urls.get(name)(page) });
    return { ...result, browser: await browser.version() };
  } finally {
    await browser?.close();
    await servers.stop();
  }
}

/**
 * `cases`: [{ name, isFor?(candidate), measure(page) -> [{ metric, unit, value }] }]. Returns rows.
 * `progress(text)` is told what goes on. `setting`: see withBrowser().
 */
export async function measureRounds({ candidates, cases, rounds, baseline, progress, setting }) {
  const work = async ({ browser, urlOf }) => {
    const pages = new Map();
    for (const candidate of candidates) {
      progress(`opening ${candidate.name}`);
      pages.set(candidate.name, await openBenchPage(browser, urlOf(candidate, "bench")));
    }
    const samples = new Samples();
    for (let round = 0; round <= rounds; ++round) {
      for (const { name, isFor = () => true, measure } of cases) {
        for (const candidate of orderOf(candidates.filter(isFor), round)) {
          progress(
            `${round === 0 ? "warm-up" : `round ${round} of ${rounds}`}: ${name}, ${candidate.name}`,
          );
          const values = await measure(pages.get(candidate.name)).catch((error) => {
            throw new Error(`${candidate.name}, ${name}: ${error.message}`);
          });
          if (round === 0) continue;
          for (const { metric, unit, value } of values) {
            samples.add({ candidate: candidate.name, case: name, metric, unit }, value);
          }
        }
      }
    }
    return { rows: samples.rows(candidates, baseline) };
  };
  return withBrowser(candidates, work, setting);
}

async function openBenchPage(browser, url) {
  const page = await browser.open(url);
  const opened = `globalThis.benchFailure ?? (globalThis.bench && { isolated: crossOriginIsolated })`;
  const state = await page.poll(opened, { timeoutMs: 60_000 }).catch((error) => {
    throw new Error(`${url}: ${error.message}`);
  });
  if (typeof state === "string") throw new Error(`${url}: ${state}`);
  if (!state.isolated)
    throw new Error(`${url} is not cross-origin isolated: its clock is too coarse`);
  return page;
}
