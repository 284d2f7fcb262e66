// SPDX-License-Identifier: Apache-2.0
// Servers that die, come back, or were never there.
import { expect, test } from "../fixtures.ts";
import { freePort } from "../support/processes.ts";

test("a killed server rejects the call with a reason, and its successor is found", async ({
  page,
  service,
}) => {
  await page.goto(service.url);
  await page.evaluate(async () => {
    const { connect } = await import("cortado");
    const { ProbeClient } = await import("probe");
    const client = await connect(undefined, { carrier: "websocket" });
    const probe = new ProbeClient(client);
    const states: string[] = [];
    client.onStateChange(({ state }) => states.push(state));
    const pending = probe.never({}).catch(({ code, reason }) => ({ code, reason }));
    await probe.journal({ started: 1 });
    Object.assign(globalThis, { client, probe, states, pending });
  });

  await service.kill();
  await expect.poll(() => page.evaluate("client.state")).toBe("waiting");
  expect(await page.evaluate("client.diagnose().findings[0].cure")).toBeTruthy();

  await service.start();
  await expect.poll(() => page.evaluate("client.state")).toBe("open");
  // It was sent, and the server that is there now knows nothing of it.
  const failure = await page.evaluate("pending");
  expect(failure).toEqual({ code: "unknown", reason: expect.stringContaining("may have run") });
  const { calls } = await page.evaluate<{ calls: bigint }>("probe.count({})");
  expect(calls).toBe(1n); // a new server: it counts anew
  expect(await page.evaluate("states")).toEqual(["waiting", "open"]);
});

test("a call made while the server is away waits for it, within its time", async ({
  page,
  service,
}) => {
  await page.goto(service.url);
  await page.evaluate(async () => {
    const { connect } = await import("cortado");
    const { ProbeClient } = await import("probe");
    const client = await connect(undefined, { carrier: "websocket" });
    Object.assign(globalThis, { client, probe: new ProbeClient(client) });
  });
  await service.kill();
  await expect.poll(() => page.evaluate("client.state")).toBe("waiting");
  const hurried = await page.evaluate("probe.count({}, { timeoutMs: 200 }).catch((e) => e.code)");
  expect(hurried).toBe("deadline_exceeded");

  const patient = page.evaluate<{ calls: bigint }>("probe.count({}, { timeoutMs: 20_000 })");
  await service.start();
  expect((await patient).calls).toBeGreaterThan(0n);
});

test("a server that is told to stop finishes what is in flight", async ({ page, service }) => {
  await page.goto(service.url);
  await page.evaluate(async () => {
    const { connect } = await import("cortado");
    const { ProbeClient } = await import("probe");
    const client = await connect(undefined, { carrier: "websocket" });
    const probe = new ProbeClient(client);
    const pending = probe.wait({ ms: 500 }).then(
      () => "answered",
      (error) => error.message,
    );
    await probe.journal({ started: 1 });
    Object.assign(globalThis, { client, probe, pending });
  });
  const exitCode = service.end("SIGTERM");
  expect(await page.evaluate("pending")).toBe("answered");
  expect(await exitCode).toBe(0);

  await service.start();
  await expect.poll(() => page.evaluate("client.state")).toBe("open");
});

test("nobody at the address: connect() says so", async ({ page, service }) => {
  await page.goto(service.url);
  const port = await freePort();
  const failure = await page.evaluate(async (url) => {
    const { connect } = await import("cortado");
    return connect(url, { carrier: "websocket" }).then(
      () => "connected",
      ({ code, reason }) => ({ code, reason }),
    );
  }, `http://127.0.0.1:${port}`);
  expect(failure).toEqual({ code: "unavailable", reason: expect.stringContaining(`:${port}`) });
});

test("nobody at the address: a call by fetch says so", async ({ page, service }) => {
  await page.goto(service.url);
  const port = await freePort();
  const failure = await page.evaluate(async (url) => {
    const { connect } = await import("cortado");
    const { ProbeClient } = await import("probe");
    const client = await connect(url, { carrier: "fetch" });
    return new ProbeClient(client).count({}).catch(({ code, reason }) => ({ code, reason }));
  }, `http://127.0.0.1:${port}`);
  expect(failure).toEqual({ code: "unavailable", reason: expect.stringContaining(`:${port}`) });
});

test("auto: calls are answered before the WebSocket is open, and by it afterwards", async ({
  page,
  service,
}) => {
  await page.goto(service.url);
  const { carriers, sizes } = await page.evaluate(async () => {
    const { connect } = await import("cortado");
    const { ProbeClient } = await import("probe");
    const client = await connect();
    const probe = new ProbeClient(client);
    const carriers: string[] = [client.carrier];
    const sizes: number[] = [];
    sizes.push((await probe.digest({ data: new Uint8Array(1) })).size);
    if (client.state !== "open") {
      await new Promise<void>((resolve) => client.onStateChange(() => resolve()));
    }
    carriers.push(client.carrier);
    sizes.push((await probe.digest({ data: new Uint8Array(2) })).size);
    return { carriers, sizes };
  });
  expect({ carriers, sizes }).toEqual({ carriers: ["fetch", "websocket"], sizes: [1, 2] });
});
