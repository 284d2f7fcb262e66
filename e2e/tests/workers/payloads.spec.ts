// SPDX-License-Identifier: Apache-2.0
// Large Data fields between a page and its worker: copied, in place, sent on, moved where the segment
// has no room. What belongs to nobody any more is free again.
import type { Page } from "@playwright/test";
import type { Bus } from "cortado/workers";
import { expect, test } from "../../fixtures.ts";
import type { Started } from "../../pages/workers/page.ts";

declare const made: Started; // both in the page
declare const bus: Bus;

const segmentSize = 16 << 20;
const large = 5_000_000;
const huge = 64 << 20;

interface Choice {
  readonly bytes?: number;
  readonly payloads?: "in-place";
}

/** Puts `made` into the page, and `bus`, where there is one. */
async function begin(page: Page, url: string, { bytes, payloads }: Choice): Promise<void> {
  await page.goto(url);
  await page.evaluate(
    async ([bytes, payloads]) => {
      const { openBus, started } = await import("workers");
      const bus = crossOriginIsolated ? await openBus({ bytes }) : undefined;
      const how = payloads ?? "";
      const made = await started({ how, payloads, ...(bus && { bus }) });
      Object.assign(globalThis, { bus, made });
    },
    [bytes, payloads] as const,
  );
}

/** Bytes of the segment that are not free: the same before and after, for it is awaited. */
const usedBytes = (page: Page) =>
  page.evaluate(() =>
    globalThis.crossOriginIsolated ? bus.memory.buffer.byteLength - bus.freeBytes : 0,
  );

const everywhere = [
  ["bus", "isolated", huge + (32 << 20)],
  ["bus that is too small", "isolated", 2 << 20],
  ["port", "plain", segmentSize],
] as const;

for (const [where, headers, bytes] of everywhere) {
  for (const size of [large, huge]) {
    test(`${size} bytes there and back, copied, over the ${where}`, async ({ page, serveSite }) => {
      await begin(page, await serveSite(headers), { bytes });
      const used = await usedBytes(page);
      const seen = await page.evaluate(async (size) => {
        const { isPattern, pattern, sumOf } = await import("workers");
        const { probe } = made;
        const data = pattern(size);
        const digest = await probe.digest({ data });
        const { value } = await probe.echo({ value: { data } });
        const produced = await probe.produce({ size });
        return {
          digest: digest.size === size && digest.sum === sumOf(size),
          isUntouched: isPattern(data),
          echoed: value?.data.length === size && isPattern(value.data),
          produced: produced.data.length === size && isPattern(produced.data),
        };
      }, size);
      expect(seen).toEqual({ digest: true, isUntouched: true, echoed: true, produced: true });
      await expect.poll(() => usedBytes(page)).toBe(used);
    });

    test(`${size} bytes filled and read in place, and sent on, over the ${where}`, async ({
      page,
      serveSite,
    }) => {
      await begin(page, await serveSite(headers), { bytes, payloads: "in-place" });
      const used = await usedBytes(page);
      const seen = await page.evaluate(async (size) => {
        const { fill, isPattern, sumOf } = await import("workers");
        const { probeService } = await import("probe");
        const { link, probe } = made;
        const digest = await probe.digest({ data: fill(link.allocate(size)) });
        // The page's own answers what came, too: worker, page, worker, page.
        const served = { echo: ({ value }: { value: object }) => ({ value }) };
        link.serve(probeService(served as never));
        const sent = { text: "on", data: fill(link.allocate(size)) };
        const { value } = await probe.echo({ value: sent });
        const echoed = value?.data ?? new Uint8Array();
        const isEchoed = echoed.length === size && isPattern(echoed);
        link.release(echoed);
        const { data } = await probe.produce({ size });
        const isProduced = data.length === size && isPattern(data);
        const isInPlace = data.buffer === link.memory?.buffer;
        link.release(data);
        const isDigest = digest.size === size && digest.sum === sumOf(size);
        return { isDigest, isEchoed, isProduced, isInPlace };
      }, size);
      const isInPlace = where === "bus";
      expect(seen).toEqual({ isDigest: true, isEchoed: true, isProduced: true, isInPlace });
      await expect.poll(() => usedBytes(page)).toBe(used);
    });
  }
}

test("a segment that is full of what nobody releases still carries calls, and is free at the end", async ({
  page,
  serveSite,
}) => {
  await begin(page, await serveSite("isolated"), { bytes: 4 << 20, payloads: "in-place" });
  const used = await usedBytes(page);
  const seen = await page.evaluate(async () => {
    const { isPattern } = await import("workers");
    const { link, probe } = made;
    const kept: Uint8Array[] = [];
    for (let count = 0; count < 40; count += 1) {
      kept.push((await probe.produce({ size: 300_000 })).data);
    }
    const isInPlace = (bytes: Uint8Array) => bytes.buffer === link.memory?.buffer;
    const inPlace = kept.filter(isInPlace).length;
    const isEach = kept.every(isPattern);
    for (const each of kept) link.release(each);
    return { isEach, hasBoth: inPlace > 2 && inPlace < 40 };
  });
  expect(seen).toEqual({ isEach: true, hasBoth: true });
  await expect.poll(() => usedBytes(page)).toBe(used);
});
