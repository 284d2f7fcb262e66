// SPDX-License-Identifier: Apache-2.0
// Static files, headers, health and metrics.
import { expect, test } from "../../fixtures.ts";
import { ServerProcess } from "../../support/server-process.ts";

test("pages have the headers of isolation, and files their types", async ({ request, service }) => {
  const index = await request.get(service.url);
  expect(index.headers()).toMatchObject({
    "content-type": "text/html; charset=utf-8",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
  });
  const wasm = await request.get(`${service.url}/cortado/cortado.wasm`);
  expect(wasm.headers()["content-type"]).toBe("application/wasm");
  const script = await request.get(`${service.url}/cortado/index.js`);
  expect(script.headers()["content-type"]).toContain("text/javascript");
});

test("nothing outside the served folder is served", async ({ request, service }) => {
  for (const path of [
    "/../package.json",
    "/%2e%2e/package.json",
    "/..%2fpackage.json",
    "/absent",
  ]) {
    const response = await request.get(service.url + path);
    expect([400, 403, 404]).toContain(response.status());
  }
});

test("health and metrics", async ({ request, service }) => {
  expect((await request.get(`${service.url}/healthz`)).status()).toBe(200);
  await request.post(`${service.url}/rpc`, {
    data: { jsonrpc: "2.0", method: "Probe.count", params: {}, id: 1 },
  });
  const metrics = await (await request.get(`${service.url}/metrics`)).text();
  expect(metrics).toMatch(/# TYPE \w+ counter/);
  expect(metrics).toMatch(/Probe.*count.* 1/);
});

test("preflight: an allowed origin may call, others get no permission", async ({
  request,
  startServer,
}) => {
  const service = await startServer("e2e-service", "--allow-origin", "https://app.example.com");
  const preflight = (origin: string) =>
    request.fetch(`${service.url}/rpc`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
      },
    });
  const allowed = await preflight("https://app.example.com");
  expect(allowed.headers()).toMatchObject({
    "access-control-allow-origin": "https://app.example.com",
    "access-control-allow-headers": expect.stringMatching(/content-type/i),
  });
  const refused = await preflight("https://evil.example.com");
  expect(refused.headers()).not.toHaveProperty("access-control-allow-origin");
});

test("a port in use: the message says which and the exit status is not 0", async ({ service }) => {
  const second = ServerProcess.start("e2e-service", [], service.port);
  await expect(second).rejects.toThrow(new RegExp(`ended with [1-9](.|\\n)*${service.port}`));
});
