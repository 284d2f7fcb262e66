// SPDX-License-Identifier: Apache-2.0
// From a navigation in a new browser context, where nothing is cached, to the first answered call.
import { candidatesNamed } from "../lib/candidates.mjs";
import { withBrowser } from "../lib/rounds.mjs";
import { orderOf, Samples } from "../lib/statistics.mjs";

const names = [
  "bare-echo",
  "cortado-auto",
  "cortado",
  "cortado-fetch",
  "capnweb",
  "socket-io",
  "connect",
];

export const title = "A new page: from nothing to the first answer";

export function run({ rounds = 21, only, progress }) {
  const candidates = candidatesNamed(names, only);
  return withBrowser(candidates, async ({ browser, urlOf }) => {
    const samples = new Samples();
    for (let round = 0; round <= rounds; ++round) {
      for (const candidate of orderOf(candidates, round)) {
        progress(`${round === 0 ? "warm-up" : `round ${round} of ${rounds}`}: ${candidate.name}`);
        const { script, answer } = await firstAnswer(browser, urlOf(candidate, "startup"));
        if (round === 0) continue;
        const row = { candidate: candidate.name, metric: "time", unit: "ms" };
        samples.add({ ...row, case: "first script to answer" }, answer - script);
        samples.add({ ...row, case: "navigation to answer" }, answer);
      }
    }
    return { rows: samples.rows(candidates, "bare-echo") };
  });
}

async function firstAnswer(browser, url) {
  const page = await browser.open(url, { cold: true });
  try {
    const startup = await page.poll("globalThis.startup", { everyMs: 100 });
    if (startup.failure !== undefined) throw new Error(`${url}: ${startup.failure}`);
    return startup;
  } finally {
    await page.close();
  }
}
