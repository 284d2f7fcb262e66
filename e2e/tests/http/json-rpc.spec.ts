// SPDX-License-Identifier: Apache-2.0
// The HTTP side of the server as seen by curl and caches, without a browser.
import { expect, test } from "../../fixtures.ts";

test("JSON-RPC: a call, a batch, a notification, an unknown method", async ({
  request,
  service,
}) => {
  const call = { jsonrpc: "2.0", method: "Probe.digest", params: { data: "AQID" }, id: 1 };
  const post = (data: unknown) => request.post(`${service.url}/rpc`, { data });

  const single = await post(call);
  expect(single.headers()["content-type"]).toContain("application/json");
  expect(await single.json()).toEqual({ jsonrpc: "2.0", result: { size: 3, sum: 6 }, id: 1 });

  const batch = await (await post([call, { ...call, id: "two" }])).json();
  expect(batch.map(({ id }: { id: unknown }) => id).sort()).toEqual([1, "two"]);

  const notification = await post({ jsonrpc: "2.0", method: "Probe.count", params: {} });
  expect(notification.status()).toBe(204);
  expect(await notification.text()).toBe("");
  const counted = await (await post({ ...call, method: "Probe.count", params: {} })).json();
  expect(counted.result).toEqual({ calls: "2" }); // UInt64: a decimal string

  const unknown = await (await post({ ...call, method: "Probe.brew" })).json();
  expect(unknown.error.code).toBe(-32_601);
});

test("JSON-RPC: what is wrong with the params names the member", async ({ request, service }) => {
  const response = await request.post(`${service.url}/rpc`, {
    data: { jsonrpc: "2.0", method: "Probe.echo", params: { value: { int8: 400 } }, id: 1 },
  });
  const { error } = await response.json();
  expect(error.code).toBe(-32_602);
  expect(JSON.stringify(error)).toContain("value.int8");
});

test("GET: an idempotent method has an ETag, and 304 for who has it", async ({
  request,
  service,
}) => {
  const url = `${service.url}/rpc/Probe/headline?params=${encodeURIComponent('{"topic":"tea"}')}`;
  const first = await request.get(url);
  expect(await first.json()).toEqual({ text: "All about tea" });
  expect(first.headers()["cache-control"]).toContain("max-age=60");
  const { etag } = first.headers();
  expect(etag).toBeTruthy();
  const again = await request.get(url, { headers: { "if-none-match": etag ?? "" } });
  expect(again.status()).toBe(304);
  expect(await again.text()).toBe("");
});

test("GET: a method that is not idempotent is refused", async ({ request, service }) => {
  const response = await request.get(`${service.url}/rpc/Probe/count`);
  expect(response.status()).toBe(405);
});

test("the service describes itself: rpc.discover and /openrpc.json", async ({
  request,
  service,
}) => {
  const document = await (await request.get(`${service.url}/openrpc.json`)).json();
  expect(document.openrpc).toMatch(/^1\./);
  const names = document.methods.map(({ name }: { name: string }) => name);
  expect(names).toEqual(expect.arrayContaining(["Probe.echo", "Probe.headline"]));
  const discovered = await request.post(`${service.url}/rpc`, {
    data: { jsonrpc: "2.0", method: "rpc.discover", id: 1 },
  });
  expect((await discovered.json()).result).toEqual(document);
});
