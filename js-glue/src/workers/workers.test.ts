// SPDX-License-Identifier: Apache-2.0
// A page and a worker, both in this thread, over a real message channel and the real core. What
// needs real workers is in e2e/tests/workers/.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { errorOf, range, wasm } from "../../test/connected.ts";
import { FeedClient, type FeedService, feed } from "../../test/feed.ts";
import { busModule, TestWorker } from "../../test/test-worker.ts";
import { RpcError } from "../errors.ts";
import { openBus } from "./bus.ts";
import { connectWorker } from "./connect-worker.ts";
import type { LocalCarrier } from "./local-link.ts";
import type { PageLink } from "./page-link.ts";
import type { WorkerLink, WorkerLinkOptions } from "./worker-link.ts";

interface Pair {
  readonly worker: WorkerLink;
  readonly page: PageLink;
}

const open: { close(): void }[] = [];

let carrier: LocalCarrier = "port";

afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

/** What the options say of the carrier that is tested. */
function busOption(): Pick<WorkerLinkOptions, "bus"> {
  if (carrier === "port") return { bus: "none" };
  const bus = openBus({ wasm: busModule, bytes: 1 << 22 });
  void bus.then((opened) => open.push(opened));
  return { bus };
}

function connectedTo(worker: TestWorker, options: WorkerLinkOptions = {}): WorkerLink {
  const link = connectWorker(worker.asWorker, { wasm, ...busOption(), ...options });
  open.push(link);
  return link;
}

function pair(implementation: Partial<FeedService>, options?: WorkerLinkOptions): Pair {
  const started = new TestWorker();
  const worker = connectedTo(started, options);
  const page = started.start((page) => page.serve(feed(implementation)));
  open.push(page);
  return { worker, page };
}

describe.each(["port", "bus"] as const)("over the %s", (each) => {
  beforeEach(() => {
    carrier = each;
  });

  describe("a worker's service", () => {
    test("is called by the page, however many calls are in flight", async () => {
      const { worker } = pair({ size: ({ name }) => ({ size: BigInt(name.length) }) });
      const client = new FeedClient(worker);
      const names = range(1000).map((number) => "x".repeat(number));
      const sizes = await Promise.all(names.map((name) => client.size({ name })));
      expect(sizes.map(({ size }) => size)).toEqual(names.map(({ length }) => BigInt(length)));
    });

    test("streams, reads streams, and both", async () => {
      const { worker } = pair({
        async *watch({ name, after }) {
          for (const number of range(after)) yield { text: name, number };
        },
        async upload(lines) {
          let count = 0;
          for await (const { number } of lines) count += number;
          return { count };
        },
        async *chat(lines) {
          for await (const line of lines) yield { from: "worker", line };
        },
      });
      const client = new FeedClient(worker);
      const numbers: number[] = [];
      for await (const { number } of client.watch({ name: "a", after: 5000 })) numbers.push(number);
      expect(numbers).toEqual(range(5000));
      const lines = range(5000).map((number) => ({ text: "", number }));
      expect((await client.upload(lines)).count).toBe(5000 * 4999 * 0.5);
      const echoed: number[] = [];
      for await (const { line } of client.chat(lines)) echoed.push(line?.number ?? -1);
      expect(echoed).toEqual(range(5000));
    });

    test("takes large payloads", async () => {
      const { worker } = pair({ size: ({ name }) => ({ size: BigInt(name.length) }) });
      const { size } = await new FeedClient(worker).size({ name: "x".repeat(5_000_000) });
      expect(size).toBe(5_000_000n);
    });

    test("hears that its caller has left", async () => {
      let aborted: () => void = () => {};
      const isAborted = new Promise<void>((resolve) => {
        aborted = resolve;
      });
      const { worker } = pair({
        async *watch(_params, { signal }) {
          signal.addEventListener("abort", () => aborted());
          for (;;) yield { number: 1 };
        },
      });
      for await (const _ of new FeedClient(worker).watch({})) break;
      await isAborted;
    });

    test("fails with its own errors, and tells no others", async () => {
      const reported = vi.fn();
      vi.stubGlobal("reportError", reported);
      const { worker } = pair({
        size({ name }) {
          if (name === "") throw new RpcError("invalid_argument", "a name is missing");
          throw new Error("a secret");
        },
      });
      const client = new FeedClient(worker);
      expect(await errorOf(client.size({}))).toBe("invalid_argument: a name is missing");
      expect(await errorOf(client.size({ name: "x" }))).toMatch(/^internal: (?!.*secret)/);
      expect(reported).toHaveBeenCalledWith(new Error("a secret"));
      vi.unstubAllGlobals();
    });

    test("ends what runs out of time", async () => {
      const { worker } = pair({ size: () => new Promise(() => {}) });
      const call = new FeedClient(worker).size({ name: "x" }, { timeoutMs: 20 });
      expect(await errorOf(call)).toMatch(/^deadline_exceeded: /);
    });
  });

  describe("a page's service", () => {
    test("is called by the worker", async () => {
      const { worker, page } = pair({});
      worker.serve(feed({ size: ({ name }) => ({ size: BigInt(name.length) }) }));
      expect((await new FeedClient(page).size({ name: "four" })).size).toBe(4n);
    });
  });

  describe("calls made before the worker is there", () => {
    test("wait for it", async () => {
      const started = new TestWorker();
      const client = new FeedClient(connectedTo(started));
      const call = client.size({ name: "four" });
      open.push(started.start((page) => page.serve(feed({ size: () => ({ size: 4n }) }))));
      expect((await call).size).toBe(4n);
    });

    test("may be aborted", async () => {
      const controller = new AbortController();
      const client = new FeedClient(connectedTo(new TestWorker()));
      const call = client.size({ name: "x" }, { signal: controller.signal });
      controller.abort();
      expect(await errorOf(call)).toContain("aborted");
    });

    test("reject when its script fails, with what the browser says", async () => {
      const worker = new TestWorker();
      const call = new FeedClient(connectedTo(worker)).size({ name: "x" });
      worker.fail("x is not defined");
      expect(await errorOf(call)).toMatch(/^unavailable: .*x is not defined \(w.js:7\)/);
    });

    test("reject when it does not come", async () => {
      const link = connectedTo(new TestWorker(), { startTimeoutMs: 10 });
      const call = new FeedClient(link).size({ name: "x" });
      expect(await errorOf(call)).toMatch(/^unavailable: .*connectPage\(\) within 10 ms/);
      expect((await link.closed).code).toBe("unavailable");
    });
  });

  describe("the end", () => {
    test("by the worker: calls in flight may have run, later ones have not", async () => {
      let running: () => void = () => {};
      const isRunning = new Promise<void>((resolve) => {
        running = resolve;
      });
      const { worker, page } = pair({
        async *watch() {
          running();
          await new Promise(() => {});
          yield {};
        },
      });
      const client = new FeedClient(worker);
      const stream = errorOf(client.watch({}).forEach(() => {}));
      await isRunning;
      page.close();
      expect(await stream).toMatch(/^unknown: the worker has left; the call may have run/);
      expect(await errorOf(client.size({ name: "y" }))).toMatch(
        /^unavailable: the worker has left/,
      );
    });

    test("by the page's close(): calls are cancelled, at both ends", async () => {
      const { worker, page } = pair({ size: () => new Promise(() => {}) });
      const call = new FeedClient(worker).size({ name: "x" });
      worker.close();
      expect(await errorOf(call)).toMatch(/^cancelled: /);
      expect((await page.closed).reason).toContain("the page has left");
    });

    test("of the bus: all who are on it", async () => {
      if (carrier === "port") return;
      const bus = await openBus({ wasm: busModule, bytes: 1 << 20 });
      const { worker, page } = pair({ size: () => new Promise(() => {}) }, { bus });
      await worker.ready;
      const call = new FeedClient(worker).size({ name: "x" });
      bus.close();
      expect(await errorOf(call)).toMatch(/^unavailable: the bus was closed/);
      expect((await page.closed).reason).toBe("the page has left");
    });

    test("of a worker that gives no sign of life", async () => {
      const silent = new TestWorker();
      const link = connectedTo(silent, { heartbeatMs: 20 });
      const call = new FeedClient(link).size({ name: "x" });
      silent.hang();
      expect(await errorOf(call)).toContain("the worker hangs");
    });
  });
});
