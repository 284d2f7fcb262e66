// SPDX-License-Identifier: Apache-2.0
// The bus that workers share without being told: how long it lives, and who is on it.
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { errorOf, wasm } from "../../test/connected.ts";
import { FeedClient, type FeedService, feedService_ } from "../../test/feed.ts";
import { TestWorker } from "../../test/test-worker.ts";
import { connectWorker } from "./connect-worker.ts";
import type { WorkerLink } from "./worker-link.ts";

const open: { close(): void }[] = [];

beforeEach(() => {
  const bytes = readFileSync(new URL("../../dist/bus.wasm", import.meta.url));
  vi.stubGlobal("fetch", async () => new Response(bytes));
});

afterEach(() => {
  for (const each of open.splice(0)) each.close();
  vi.unstubAllGlobals();
});

function start(worker: TestWorker): void {
  const served: Partial<FeedService> = { size: () => ({ size: 4n }) };
  open.push(worker.start((page) => page.serve(feedService_(served as FeedService))));
}

function connected(worker: TestWorker): WorkerLink {
  const link = connectWorker(worker.asWorker, { wasm });
  open.push(link);
  return link;
}

test("a worker that comes while the last one leaves finds its bus alive", async () => {
  const first = new TestWorker();
  const leaving = connected(first);
  start(first);
  await new FeedClient(leaving).size({});
  expect(leaving.carrier).toBe("bus");
  const { memory } = leaving;

  const second = new TestWorker();
  const coming = connected(second);
  leaving.close();
  await leaving.closed;
  await new Promise((resolve) => setTimeout(resolve)); // a link lets go of it a task later
  start(second);
  await new FeedClient(coming).size({});
  expect(coming.carrier).toBe("bus");
  expect(coming.memory).toBe(memory);
});

test("a worker without shared memory is on the port, and diagnose() says why", async () => {
  const worker = new TestWorker();
  const link = connected(worker);
  worker.scope.addEventListener("message", () => {}); // it takes its port
  worker.dispatchEvent(
    new MessageEvent("message", { data: { cortado: "ready", name: "", canShare: false } }),
  );
  await vi.waitFor(() => expect(link.carrier).toBe("port"));
  const { why, findings } = link.diagnose();
  expect(why).toBe("the bus could not be used");
  expect(findings).toContainEqual({
    about: "bus",
    finding: expect.stringContaining("the worker has no shared memory"),
    cure: expect.stringContaining("Cross-Origin-Embedder-Policy"),
  });
});

test("a worker whose module does not load says so to its page", async () => {
  const worker = new TestWorker();
  const link = connected(worker);
  const call = errorOf(new FeedClient(link).size({}));
  const broken = Promise.resolve(new Response("", { status: 404 }));
  open.push(worker.start(() => {}, { wasm: broken }));
  expect(await call).toMatch(/^unavailable: there is no link to the other end: .*404/s);
});
