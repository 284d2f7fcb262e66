// SPDX-License-Identifier: Apache-2.0
// Pages and servers are not updated in the same moment: an older page meets a newer server, and the
// reverse. What both know works; what one of them lacks is absent, has its default, or is refused.
import { expect, test } from "../fixtures.ts";

for (const carrier of ["websocket", "fetch"] as const) {
  test(`an older page calls a newer server, by ${carrier}`, async ({ page, service }) => {
    await page.goto(service.url);
    const items = await page.evaluate(async (carrier) => {
      const { connect } = await import("cortado");
      const { FeedClient } = await import("feed-older");
      const feed = new FeedClient(await connect(undefined, { carrier }));
      const items: object[] = [];
      for await (const item of feed.count({ to: 3n })) items.push({ ...item });
      return items;
    }, carrier);
    expect(items.map((item) => Reflect.get(item, "value"))).toEqual([0n, 1n, 2n]);
  });

  test(`a newer page calls an older server, by ${carrier}`, async ({ page, service }) => {
    await page.goto(service.url);
    const { items, dropped, failures } = await page.evaluate(async (carrier) => {
      const { connect } = await import("cortado");
      const { FeedClient } = await import("feed-newer");
      const feed = new FeedClient(await connect(undefined, { carrier }));
      const items: object[] = [];
      for await (const { value, unit } of feed.count({ to: 2n, unit: "cups" })) {
        items.push({ value, unit });
      }
      const { dropped } = await feed.state({});
      const firstPair = async () => {
        for await (const pair of feed.pairs({ to: 1n })) return pair;
        return "none";
      };
      const failures = await Promise.all([
        feed.reset({}).catch(({ code }) => code),
        firstPair().catch(({ code }) => code),
      ]);
      return { items, dropped, failures };
    }, carrier);
    expect(items).toEqual([
      { value: 0n, unit: "pieces" },
      { value: 1n, unit: "pieces" },
    ]);
    expect(dropped).toBe(0n);
    expect(failures).toEqual(["unimplemented", "unimplemented"]);
  });
}
