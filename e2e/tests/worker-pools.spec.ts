// SPDX-License-Identifier: Apache-2.0
// Real workers that are supervised, pooled and replaced while they are called.
import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "../fixtures.ts";
import { repositoryRoot, siteFolder } from "../support/paths.ts";
import { serveFolder } from "../support/static-server.ts";

const manifestProgram = join(repositoryRoot, "js-glue/bin/cortado-manifest.mjs");

for (const [carrier, headers] of [
  ["bus", "isolated"],
  ["port", "plain"],
] as const) {
  test.describe(`over the ${carrier}`, () => {
    test.beforeEach(async ({ page, serveSite }) => {
      await page.goto(await serveSite(headers));
    });

    test("a pool under load loses with a worker only its calls, and has another soon", async ({
      page,
    }) => {
      const seen = await page.evaluate(async () => {
        const { load, pooled } = await import("pools");
        const { pool, workers, probe } = pooled("version=1", {
          size: 3,
          restart: { firstMsMax: 10 },
        });
        const atOnce = 9;
        const running = load(probe, atOnce);
        while (pool.workers.filter(({ state }) => state === "up").length < 3) await running.more(9);
        const before = pool.workers.map(({ carrier, state }) => `${state} ${carrier}`);
        const isBack = new Promise<void>((resolve) => {
          pool.onRestart(({ state }) => state === "up" && resolve());
        });
        const headlines = Array.from({ length: 30 }, (_, number) =>
          probe.headline({ topic: `${number}` }),
        );
        workers[1]?.terminate();
        const texts = (await Promise.all(headlines)).map(({ text }) => text);
        await isBack;
        await running.more(100);
        const ends = await running.stop();
        const failed = ends.filter((end) => end !== "1");
        const after = pool.workers.map(({ carrier, state, busy }) => `${state} ${carrier} ${busy}`);
        pool.close();
        return { before, after, failed, atOnce, made: workers.length, texts };
      });
      expect(seen.before).toEqual(Array(3).fill(`up ${carrier}`));
      expect(seen.after).toEqual(Array(3).fill(`up ${carrier} 0`));
      expect(seen.failed.length).toBeLessThanOrEqual(seen.atOnce);
      for (const words of seen.failed) expect(words).toMatch(/^unknown: the worker has /);
      expect(seen.made).toBe(4);
      // They are idempotent.
      expect(seen.texts).toEqual(Array.from({ length: 30 }, (_, number) => `${number} of 1`));
    });

    test("a worker that hangs is terminated, and what waits goes to its successor", async ({
      page,
    }) => {
      const seen = await page.evaluate(async () => {
        const { outcome, supervised, versionOf } = await import("pools");
        const { link, events, workers, probe } = supervised("version=1", { heartbeatMs: 1000 });
        const before = await versionOf(probe.digest({}));
        const lost = await outcome(probe.never({}, { timeoutMs: 0 }));
        const state = link.state;
        const after = await versionOf(probe.digest({}));
        const made = workers.length;
        link.close();
        return { before, lost, state, after, made, events, closed: (await link.closed).code };
      });
      expect(seen.lost).toMatch(/^unknown: the worker hangs: .*the call may have run/);
      expect(seen).toMatchObject({
        before: "1",
        state: "restarting",
        after: "1",
        made: 2,
        events: ["restarting: the worker hangs: it gives no sign of life", "up"],
        closed: "cancelled",
      });
    });

    test("a swap under load loses no call", async ({ page }) => {
      const seen = await page.evaluate(async () => {
        const { load, nursery, pooled, versionOf } = await import("pools");
        const { pool, probe } = pooled("version=1", { size: 2 });
        const running = load(probe, 8);
        await running.more(200);
        const slow = probe.wait({ ms: 100 });
        const next = nursery("version=2");
        const { drained } = await pool.swap(next.make);
        const first = await versionOf(probe.digest({}));
        await running.more(200);
        const ends = await running.stop();
        await drained;
        await slow;
        pool.close();
        const versions = new Set(ends);
        return { first, versions: [...versions], last: ends.at(-1), made: next.workers.length };
      });
      expect(seen).toEqual({ first: "2", versions: ["1", "2"], last: "2", made: 2 });
    });

    test("a successor that is broken, missing or serves less changes nothing", async ({ page }) => {
      const seen = await page.evaluate(async () => {
        const { load, nursery, outcome, pooled } = await import("pools");
        const { pool, probe } = pooled("version=1", { size: 2 });
        const running = load(probe, 4);
        await running.more(50);
        const missing = () => new Worker("/workers/nowhere.js", { type: "module" });
        const refused: string[] = [];
        for (const make of [nursery("broken").make, missing, nursery("less").make]) {
          refused.push(await outcome(pool.swap(make)));
        }
        await running.more(50);
        const ends = await running.stop();
        pool.close();
        return { refused, ends: [...new Set(ends)] };
      });
      const words =
        "the successor did not start, and nothing was changed: the worker did not start";
      expect(seen.refused[0]).toContain(words);
      expect(seen.refused[1]).toContain(words);
      expect(seen.refused[2]).toMatch(/^failed_precondition: .*it does not serve Probe.echo/);
      expect(seen.ends).toEqual(["1"]);
    });
  });
}

test("a manifest with a wrong hash is refused, and a right one followed", async ({ page }) => {
  const folder = await mkdtemp(join(tmpdir(), "cortado-pools-"));
  await cp(siteFolder, folder, { recursive: true });
  const site = await serveFolder(folder);
  await page.goto(site.url);
  const script = join(folder, "workers/pool.worker.js");
  const publish = (...args: string[]): void => {
    const out = join(folder, "workers.json");
    execFileSync(process.execPath, [manifestProgram, "--out", out, ...args, `probe=${script}`]);
  };
  publish("--version", "one");
  const watch = await page.evaluateHandle(async () => {
    const { pooled, watchManifest } = await import("pools");
    const { pool, probe } = pooled("version=1", { size: 2 });
    await probe.digest({});
    const made: string[] = [];
    const make = ({ url, version }: { url: URL; version: string }): Worker => {
      made.push(`${url.pathname} ${version}`);
      return new Worker(`${url}?version=2`, { type: "module" });
    };
    const watching = watchManifest("/workers.json", pool, { name: "probe", intervalMs: 0, make });
    await watching.check();
    return { pool, probe, watching, made };
  });
  const look = () =>
    watch.evaluate(async ({ probe, watching, made }) => {
      const { outcome, versionOf } = await import("pools");
      const checked = watching.check();
      const failed = await outcome(checked);
      const what = failed === "settled" ? `${await checked}` : failed;
      return { what, made, answer: await versionOf(probe.digest({})), version: watching.version };
    });
  publish("--version", "two");
  appendFileSync(script, "// another version\n"); // and the manifest does not know
  // The content is the same as far as the manifest says: nothing to do.
  expect(await look()).toEqual({ what: "false", made: [], answer: "1", version: "two" });
  publish("--version", "three");
  appendFileSync(script, "// changed on its way\n");
  const refused = await look();
  expect(refused.what).toMatch(
    /^failed_precondition: .*version three .*was not started: its SHA-256/,
  );
  expect(refused).toMatchObject({ made: [], answer: "1", version: "two" });
  expect((await look()).what).toBe("false"); // it is not tried again
  publish("--version", "four");
  expect(await look()).toEqual({
    what: "true",
    made: ["/workers/pool.worker.js four"],
    answer: "2",
    version: "four",
  });
  await site.close();
  await rm(folder, { recursive: true });
});
