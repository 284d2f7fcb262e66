// SPDX-License-Identifier: Apache-2.0
// Pages that are served in ways one does not choose: policies, wrong types, missing files, other
// origins. What can work works; what cannot says why and names the cure.
import { rmSync } from "node:fs";
import { cp, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "../fixtures.ts";
import { siteFolder } from "../support/paths.ts";
import { serveFolder } from "../support/static-server.ts";

test("a page of our server is cross-origin isolated", async ({ page, service }) => {
  await page.goto(service.url);
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
});

test("a page that is not isolated, of another origin, calls by both carriers", async ({
  page,
  startServer,
}) => {
  const site = await serveFolder(siteFolder);
  const service = await startServer("e2e-service", "--allow-origin", site.url);
  await page.goto(site.url);
  const { isolated, sizes, findings } = await page.evaluate(async (url) => {
    const { connect } = await import("cortado");
    const { ProbeClient } = await import("probe");
    const sizes: number[] = [];
    for (const carrier of ["websocket", "fetch"] as const) {
      const client = await connect(url, { carrier });
      sizes.push((await new ProbeClient(client).digest({ data: new Uint8Array(7) })).size);
    }
    const client = await connect(url);
    const { findings } = client.diagnose();
    return { isolated: crossOriginIsolated, sizes, findings: findings.map(({ about }) => about) };
  }, service.url);
  expect({ isolated, sizes }).toEqual({ isolated: false, sizes: [7, 7] });
  expect(findings).toContain("isolation");
  await site.close();
});

test("a page of an origin that is not allowed is refused by both carriers", async ({
  page,
  service,
}) => {
  const site = await serveFolder(siteFolder);
  await page.goto(site.url);
  const failures = await page.evaluate(async (url) => {
    const { connect } = await import("cortado");
    const { ProbeClient } = await import("probe");
    const failure = ({ code, reason }: { code: string; reason: string }) => `${code}: ${reason}`;
    return [
      await connect(url, { carrier: "websocket" }).then(() => "connected", failure),
      await new ProbeClient(await connect(url, { carrier: "fetch" })).count({}).catch(failure),
    ];
  }, service.url);
  expect(failures[0]).toContain("origin");
  expect(failures[1]).toContain("CORS");
  await site.close();
});

test("under a strict Content-Security-Policy with 'wasm-unsafe-eval' calls work", async ({
  page,
  service,
}) => {
  await page.goto(`${service.url}/esbuild/strict.html`);
  await expect(page.locator("output")).toHaveText("3 bytes, sum 6");
});

test("a policy that forbids WebAssembly: the error names the cure", async ({ page, service }) => {
  await page.goto(`${service.url}/esbuild/no-wasm.html`);
  await expect(page.locator("output")).toContainText("'wasm-unsafe-eval'");
});

test("a module served with the wrong type works, and diagnose() says so", async ({
  page,
  startServer,
}) => {
  const site = await serveFolder(siteFolder, {
    mediaTypes: { ".wasm": "application/octet-stream" },
  });
  const service = await startServer("e2e-service", "--allow-origin", site.url);
  await page.goto(site.url);
  const { size, findings } = await page.evaluate(async (url) => {
    const { connect } = await import("cortado");
    const { ProbeClient } = await import("probe");
    const client = await connect(url, { carrier: "websocket" });
    const { size } = await new ProbeClient(client).digest({ data: new Uint8Array(5) });
    return { size, findings: client.diagnose().findings };
  }, service.url);
  expect(size).toBe(5);
  expect(findings).toContainEqual(
    expect.objectContaining({ about: "wasm", finding: expect.stringContaining("octet-stream") }),
  );
  await site.close();
});

test("a module that is not there: the error says where it was looked for, auto goes on by fetch", async ({
  page,
  startServer,
}) => {
  const folder = await mkdtemp(join(tmpdir(), "cortado-site-"));
  await cp(siteFolder, folder, { recursive: true });
  rmSync(join(folder, "cortado/cortado.wasm"));
  const site = await serveFolder(folder);
  const service = await startServer("e2e-service", "--allow-origin", site.url);
  await page.goto(site.url);
  const { failure, size, carrier } = await page.evaluate(async (url) => {
    const { connect } = await import("cortado");
    const { ProbeClient } = await import("probe");
    const failure = await connect(url, { carrier: "websocket" }).then(
      () => "connected",
      (error) => error.message,
    );
    const client = await connect(url);
    const { size } = await new ProbeClient(client).digest({ data: new Uint8Array(5) });
    return { failure, size, carrier: client.carrier };
  }, service.url);
  expect(failure).toContain("/cortado/cortado.wasm");
  expect({ size, carrier }).toEqual({ size: 5, carrier: "fetch" });
  await site.close();
  rmSync(folder, { recursive: true });
});

test("the module may come from elsewhere", async ({ page, service }) => {
  await page.goto(service.url);
  const sizes = await page.evaluate(async () => {
    const { connect } = await import("cortado");
    const { ProbeClient } = await import("probe");
    const url = "/esbuild/cortado.wasm";
    const module = await WebAssembly.compileStreaming(fetch(url));
    const sizes: number[] = [];
    for (const wasm of [url, new URL(url, location.href), fetch(url), module]) {
      const client = await connect(undefined, { carrier: "websocket", wasm });
      sizes.push((await new ProbeClient(client).digest({ data: new Uint8Array(4) })).size);
    }
    return sizes;
  });
  expect(sizes).toEqual([4, 4, 4, 4]);
});
