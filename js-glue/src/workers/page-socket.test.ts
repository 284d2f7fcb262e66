// SPDX-License-Identifier: Apache-2.0
// What a C++ program in a worker is given. In its place is a core of its own, which reads and writes
// the same frames; the program's half is tested in client-wasm/app/worker.test.cpp, and both together
// in e2e/tests/cpp-worker.spec.ts.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  AnnotatedClient,
  type AnnotatedService,
  annotatedService,
} from "../../../codegen/golden/interfaces.cortado.ts";
import { errorOf, wasm } from "../../test/connected.ts";
import { compiledCore } from "../../test/module.ts";
import { busModule, TestWorker } from "../../test/test-worker.ts";
import type { Core } from "../core.ts";
import {
  EarlySocket,
  endThatConnects,
  Link,
  loadCore,
  Services,
  type WebSocketConstructor,
} from "../index.ts";
import { type Bus, openBus } from "./bus.ts";
import { connectWorker } from "./connect-worker.ts";
import type { LocalCarrier } from "./local-link.ts";
import { type PageListener, PageSocket } from "./page-socket.ts";
import type { WorkerLink } from "./worker-link.ts";

/** Not the one of the page's link: it knows no payloads but those inside of messages. */
const programCore = compiledCore();

class Program implements PageListener {
  readonly services = new Services();
  readonly hasLeft: Promise<string>;
  /** Thrown when the next message comes. */
  crash: Error | undefined;
  left: (reason: Uint8Array) => void = () => {};
  readonly #socket;

  constructor(core: Core, page: PageSocket) {
    this.hasLeft = new Promise((resolve) => {
      this.left = (reason) => resolve(new TextDecoder().decode(reason));
    });
    const socket = {
      bufferedAmount: 0,
      onopen(_event: unknown): void {},
      onmessage(_event: unknown): void {},
      send: (message: Uint8Array) => page.send(message),
      close: () => page.close(),
    };
    this.#socket = socket;
    const ignored = (): void => {};
    const link = new Link(
      core,
      {
        services: this.services,
        onOpened: ignored,
        onIntroduced: ignored,
        onClosed: ignored,
        onGoaway: ignored,
        onIdle: ignored,
        onBroken: ignored,
        again: () => Promise.reject(new Error("there is no other socket")),
      },
      { end: endThatConnects, pingIntervalMs: 0 },
    );
    function Socket(): typeof socket {
      return socket;
    }
    link.connect(new EarlySocket(Socket as unknown as WebSocketConstructor, "cortado:"));
  }

  opened(): void {
    this.#socket.onopen({ type: "open" });
  }

  received(message: Uint8Array): void {
    if (this.crash !== undefined) throw this.crash;
    this.#socket.onmessage({ type: "message", data: message });
  }

  isServing(): boolean {
    return false;
  }
}

interface Pair {
  readonly link: WorkerLink;
  readonly client: AnnotatedClient;
  readonly page: PageSocket;
  readonly program: Program;
  readonly bus: Bus | undefined;
}

const open: { close(): void }[] = [];

afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

describe.each(["port", "bus"] as const)("over the %s", (carrier: LocalCarrier) => {
  let pair: Pair;

  beforeEach(async () => {
    const bus = carrier === "bus" ? await openBus({ wasm: busModule, bytes: 1 << 23 }) : undefined;
    if (bus !== undefined) open.push(bus);
    const worker = new TestWorker();
    const link = connectWorker(worker.asWorker, { wasm, bus: bus ?? "none" });
    const { core } = await loadCore(programCore);
    pair = worker.begin((scope) => {
      const page = new PageSocket(scope);
      const program = new Program(core, page);
      expect(page.connect(program)).toBe(true);
      return { link, client: new AnnotatedClient(link), page, program, bus };
    });
    open.push(link, pair.page);
  });

  function serve(implementation: Partial<AnnotatedService>): void {
    pair.program.services.serve(annotatedService(implementation as AnnotatedService));
  }

  test("a program is called", async () => {
    serve({ plain: ({ a }) => ({ sum: a + 1 }) });
    expect((await pair.client.plain({ a: 41 })).sum).toBe(42);
    expect(pair.link.carrier).toBe(carrier);
  });

  test("large payloads are inside of their messages, and room is given back", async () => {
    serve({
      async upload(chunks) {
        let size = 0n;
        for await (const { chunk } of chunks) {
          expect(chunk.every((byte) => byte === 7)).toBe(true);
          size += BigInt(chunk.length);
        }
        return { size };
      },
    });
    await pair.client.upload([]);
    const { bus, link } = pair;
    const freeBytes = bus?.freeBytes;
    const size = 1_000_000;
    const chunk = new Uint8Array(size).fill(7);
    const room = link.allocate(size).fill(7);
    expect(await pair.client.upload([{ chunk }, { chunk: room }])).toEqual({ size: 2_000_000n });
    expect(bus?.freeBytes).toBe(freeBytes);
  });

  test("a program that closes has left, and nobody else takes its place", async () => {
    serve({ plain: () => new Promise(() => {}) });
    const call = errorOf(pair.client.plain({}));
    await pair.client.upload([]).catch(() => {}); // it is there
    pair.page.close();
    expect(await call).toMatch(/^unknown: the worker has left; the call may have run/);
    expect(pair.page.connect(pair.program)).toBe(false);
  });

  test("a program that crashes has left at once", async () => {
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    serve({ plain: () => ({ sum: 1 }) });
    await pair.client.plain({});
    pair.program.crash = new Error("unreachable");
    expect(await errorOf(pair.client.plain({}))).toMatch(/^unknown: the worker has left/);
    expect(reported).toHaveBeenCalledWith(pair.program.crash);
    vi.unstubAllGlobals();
  });

  test("a program hears that the page has left", async () => {
    serve({ plain: () => ({ sum: 1 }) });
    await pair.client.plain({});
    pair.link.close();
    expect(await pair.program.hasLeft).toBe("the page has left");
  });
});

test("a worker whose program does not ask for its page is not ready", async () => {
  const worker = new TestWorker();
  const link = connectWorker(worker.asWorker, {
    wasm,
    bus: "none",
    startTimeoutMs: 10,
  });
  worker.begin((scope) => new PageSocket(scope));
  expect((await link.closed).code).toBe("unavailable");
});

test("a program that has closed before the page answers says so", async () => {
  const worker = new TestWorker();
  const link = connectWorker(worker.asWorker, { wasm, bus: "none" });
  const { core } = await loadCore(programCore);
  worker.begin((scope) => {
    const page = new PageSocket(scope);
    page.connect(new Program(core, page));
    page.close();
  });
  expect((await link.closed).reason).toContain("the worker has left");
});
