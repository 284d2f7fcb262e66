// SPDX-License-Identifier: Apache-2.0
// A page that serves: what answers is a file of its own, which the page loads when it serves, as
// bundlers make it and without one.
import { expect, test } from "../fixtures.ts";
import type { ProbeService } from "../generated/probe.cortado.ts";
import { callIds, frame } from "../support/frames.ts";
import { type HostileServer, serveHostile } from "../support/hostile-server.ts";

const request = 0x01;
const response = 0x02;
/** A message whose root is null: all defaults. */
const empty = Buffer.from([0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

/** Of Probe.count: the interface's id and the method's number. */
function countRequest(callId: bigint): Buffer {
  const envelope = Buffer.alloc(56);
  envelope.writeUInt16LE(7, 4);
  envelope.writeBigUInt64LE(0x862ffb2da39f1f7fn, 8);
  return frame({ type: request, callId, payload: Buffer.concat([envelope, empty]) });
}

/** Calls Probe.count of a page that calls, and answers when the page has. */
function serveCaller(): Promise<HostileServer> {
  const results = Buffer.concat([Buffer.alloc(8), empty]);
  return serveHostile((socket, callId) => {
    socket.on("message", (message: Buffer) => {
      if (!callIds(message, response).includes(2n)) return;
      socket.send(frame({ type: response, callId, payload: results }));
    });
    socket.send(countRequest(2n));
  });
}

for (const path of ["/esbuild/", "/vite/bundled.html"]) {
  test(`a bundle is called: ${path}`, async ({ page, service }) => {
    const caller = await serveCaller();
    await page.goto(`${service.url}${path}?server=${encodeURIComponent(caller.url)}`);
    await expect(page.locator("output")).toHaveText("0 bytes, sum 0");
    await caller.close();
  });
}

test("a page without a bundler is called, and loads what answers when it serves", async ({
  page,
  service,
}) => {
  const caller = await serveCaller();
  const loaded: string[] = [];
  page.on("request", (sent) => loaded.push(new URL(sent.url()).pathname));
  await page.goto(service.url);
  const digest = (serves: boolean) =>
    page.evaluate(
      async ([url, serves]) => {
        const { connect } = await import("cortado");
        const { ProbeClient, probeService } = await import("probe");
        const client = await connect(serves ? url : undefined, { carrier: "websocket" });
        const served: Partial<ProbeService> = { count: () => ({ calls: 7n }) };
        if (serves) client.serve(probeService(served as ProbeService));
        return (await new ProbeClient(client).digest({ data: new Uint8Array(7) })).size;
      },
      [caller.url, serves] as const,
    );
  expect(await digest(false)).toBe(7);
  expect(loaded).not.toContain("/cortado/serving.js");
  expect(await digest(true)).toBe(0);
  expect(loaded).toContain("/cortado/serving.js");
  await caller.close();
});
