// SPDX-License-Identifier: Apache-2.0
// The life of connections: lost, refused, closed for a reason, drained; with the real core.
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { add } from "../test/adder.ts";
import { AdderServer, sumOf } from "../test/adder-server.ts";
import { connected, errorOf, range, wasm } from "../test/connected.ts";
import { fromHex, goaway, message } from "../test/frames.ts";
import { MemoryNetwork, type MemorySocket } from "../test/memory-socket.ts";
import type { ClientState } from "./client.ts";
import { connect } from "./connect.ts";
import { closeReasonNumber } from "./generated/protocol.ts";

const never = (): undefined => undefined;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Lets timers and promises run for so long. */
function pass(ms: number): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(ms);
}

async function open(server = new AdderServer(), onSocket?: (socket: MemorySocket) => void) {
  const connecting = connected(server, {}, onSocket);
  await pass(10);
  const all = await connecting;
  const states: ClientState[] = [];
  all.client.onStateChange(({ state }) => states.push(state));
  return { ...all, states };
}

describe("a lost connection", () => {
  test("rejects what is in flight, saying why, and comes back", async () => {
    const server = new AdderServer(never);
    const { adder, client, network, states } = await open(server);
    const lost = [errorOf(adder.add({})), errorOf(adder.add({}))];
    await pass(1);
    network.last.end(1006);
    for (const call of lost) {
      expect(await call).toMatch(
        /^unknown: the connection was lost: .*server went away; the call may have run/,
      );
    }
    expect(client.state).toBe("waiting");
    server.answer = sumOf;
    await pass(110);
    expect(client.state).toBe("open");
    expect(network.sockets).toHaveLength(2);
    const sum = adder.add({ a: 1, b: 2 });
    await pass(1);
    expect((await sum).sum).toBe(3);
    expect(states).toEqual(["waiting", "open"]);
  });

  test("lets new calls wait for the next one, within their time", async () => {
    let isUp = true;
    const server = new AdderServer();
    const { adder, network } = await open(server, (socket) => {
      if (isUp) server.accept(socket);
      else socket.end(1006);
    });
    isUp = false;
    network.last.end(1006);
    const short = errorOf(adder.add({}, { timeoutMs: 1000 }));
    const long = adder.add({ a: 1, b: 1 }, { timeoutMs: 60_000 });
    await pass(5_000);
    expect(await short).toBe("deadline_exceeded: no answer within 1000 ms");
    isUp = true;
    await pass(20_000);
    expect((await long).sum).toBe(2);
    // Hello, then what timed out with its cancel, and the call.
    expect(network.last.sent).toHaveLength(2);
  });

  test("is tried again ever more seldom, but for ever", async () => {
    let isUp = true;
    const times: number[] = [];
    const server = new AdderServer();
    const { network, client } = await open(server, (socket) => {
      times.push(Date.now());
      if (isUp) server.accept(socket);
      else socket.end(1006);
    });
    isUp = false;
    network.last.end(1006);
    const start = Date.now();
    await pass(120_000);
    const waits = times.slice(1).map((time, at) => time - (at === 0 ? start : (times[at] ?? 0)));
    // Math.random is 0.5: half of 200 ms, then of twice as much, up to 20 s.
    const expected = [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000];
    for (const [at, ms] of expected.entries()) expect(waits[at]).toBeCloseTo(ms, -1.5);
    isUp = true;
    await pass(10_010);
    expect(client.state).toBe("open");
    // And a success begins anew.
    network.last.end(1006);
    await pass(110);
    expect(client.state).toBe("open");
  });

  test("comes back at once when another tab holds it", async () => {
    vi.mocked(Math.random).mockReturnValue(1);
    const { network, client } = await open();
    network.last.end(0, "the tab that held the connection has left");
    await pass(5);
    expect(client.state).toBe("open");
    expect(client.diagnose().history?.lastEnd).toBe("the tab that held the connection has left");
  });

  test("comes back at once when the browser is online again", async () => {
    const page = new EventTarget();
    vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
    const removed = vi.fn();
    vi.stubGlobal("removeEventListener", removed);
    vi.mocked(Math.random).mockReturnValue(1);
    const { network, client } = await open();
    network.last.end(1006);
    page.dispatchEvent(new Event("online"));
    await pass(5);
    expect(client.state).toBe("open");
    client.close();
    expect(removed.mock.calls.map(([type]) => type)).toContain("online");
    vi.unstubAllGlobals();
  });
});

describe("a close code", () => {
  for (const [code, name] of [
    [4000 + closeReasonNumber.going_away, "going away"],
    [4000 + closeReasonNumber.idle, "idle"],
    [1000, "normal"],
    [1001, "leaving"],
    [1006, "lost"],
    [1011, "internal error"],
  ] as const) {
    test(`${code} (${name}) is temporary`, async () => {
      const { network, client } = await open();
      network.last.end(code, name);
      expect(client.state).toBe("waiting");
      await pass(110);
      expect(client.state).toBe("open");
    });
  }

  for (const [code, name] of [
    [4000 + closeReasonNumber.bad_envelope, "bad_envelope"],
    [4000 + closeReasonNumber.unexpected_frame, "unexpected_frame"],
    [1002, "protocol error"],
    [1008, "policy"],
  ] as const) {
    test(`${code} (${name}) is final`, async () => {
      const { adder, network, client } = await open(new AdderServer(never));
      const call = errorOf(adder.add({}));
      network.last.end(code, name);
      expect(client.state).toBe("failed");
      const refused = `unavailable: the server refuses this client (code ${code} ${name})`;
      expect(await call).toBe(refused);
      expect(await errorOf(adder.add({}))).toBe(refused);
      await pass(100_000);
      expect(network.sockets).toHaveLength(1);
    });
  }
});

describe("what breaks the protocol", () => {
  interface Vector {
    name: string;
    receiver: string;
    messages: string[];
    closes?: keyof typeof closeReasonNumber;
  }
  const file = new URL("../../schema/vectors/frames/connections.json", import.meta.url);
  const vectors: Vector[] = JSON.parse(readFileSync(file, "utf8"));

  // A page has refused that call already, as it serves none: then the item comes too late.
  const notInPages = "an item against the stream";
  for (const { name, messages, closes } of vectors.filter(
    (vector) => vector.receiver === "connector" && vector.name !== notInPages,
  )) {
    test(`${name}: ${closes ?? "does not close"}, as natively`, async () => {
      const network = new MemoryNetwork((socket) => socket.open());
      const connecting = connect("http://test", {
        carrier: "websocket",
        webSocket: network.webSocket,
        wasm,
      });
      await pass(10);
      const client = await connecting;
      for (const hex of messages) network.last.deliver(fromHex(hex));
      if (closes === undefined) {
        expect(network.last.closedWith).toBeUndefined();
        client.close();
      } else {
        expect(network.last.closedWith).toBe(4000 + closeReasonNumber[closes]);
        expect(client.state).toBe("failed");
        expect(await errorOf(client.call(add, {}))).toMatch(
          new RegExp(`^internal: .*protocol.*${closes}`),
        );
      }
    });
  }

  test("random bytes never do more than close the connection", async () => {
    let state = 1;
    const random = (bound: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % bound;
    };
    const server = new AdderServer(sumOf);
    for (const round of range(150)) {
      const { adder, network, client } = await open(server);
      const calls = range(3).map((a) => errorOf(adder.add({ a })));
      const bytes = message(...server.calls.slice(-1).map((call) => sumOf(call)));
      for (const _ of range(1 + random(8))) {
        if (bytes.length > 0) bytes[random(bytes.length)] = random(256);
      }
      network.last.deliver(round % 3 === 0 ? bytes.slice(0, random(bytes.length + 1)) : bytes);
      await pass(10);
      client.close();
      for (const call of calls) expect(await call).toMatch(/^(no error|internal|cancelled|un)/);
    }
  });

  test("text closes the connection", async () => {
    const { network, client } = await open();
    network.last.deliver("hello");
    expect(network.last.closedWith).toBe(4000 + closeReasonNumber.bad_frame_type);
    expect(client.state).toBe("failed");
  });
});

describe("a farewell", () => {
  test("moves new calls to another connection, while old ones are answered", async () => {
    const server = new AdderServer(never);
    const { adder, network, client } = await open(server);
    const old = adder.add({ a: 1, b: 1 });
    await pass(1);
    const first = network.last;
    first.deliver(message(goaway(closeReasonNumber.going_away, 5000, "new release")));
    server.answer = sumOf;
    const fresh = adder.add({ a: 2, b: 2 });
    await pass(600);
    expect(network.sockets).toHaveLength(2);
    expect((await fresh).sum).toBe(4);
    expect(first.closedWith).toBeUndefined();
    first.deliver(message(...server.calls.slice(0, 1).map((call) => sumOf(call))));
    expect((await old).sum).toBe(2);
    await pass(1);
    expect(first.closedWith).toBe(1000);
    expect(client.state).toBe("open");
  });

  test("of a server that then goes leaves its calls unavailable", async () => {
    const { adder, network, client } = await open(new AdderServer(never));
    const old = errorOf(adder.add({}));
    await pass(1);
    const first = network.last;
    first.deliver(message(goaway(closeReasonNumber.going_away, 10, "")));
    await pass(600);
    first.end(1001);
    expect(await old).toMatch(/^unknown: the server closed the connection \(code 1001\); the call/);
    expect(client.state).toBe("open");
  });

  test("to an idle connection closes it", async () => {
    const { network, client } = await open();
    const first = network.last;
    first.deliver(message(goaway(closeReasonNumber.going_away, 5000, "")));
    await pass(600);
    expect(first.closedWith).toBe(1000);
    expect(client.state).toBe("open");
  });
});

describe("connect()", () => {
  async function failing(onSocket: (socket: MemorySocket) => void, ms: number): Promise<string> {
    const network = new MemoryNetwork(onSocket);
    const failure = errorOf(
      connect("http://test", { carrier: "websocket", webSocket: network.webSocket, wasm }),
    );
    await pass(ms);
    const reason = await failure;
    await pass(100_000);
    expect(network.sockets).toHaveLength(1); // and it does not go on trying
    return reason;
  }

  test("rejects when the server refuses", async () => {
    expect(await failing((socket) => socket.end(1006), 10)).toMatch(
      /^unavailable: no WebSocket to ws:\/\/test\/rpc: the server is away/,
    );
  });

  test("rejects when nobody answers", async () => {
    expect(await failing(never, 10_010)).toBe(
      "unavailable: no WebSocket to ws://test/rpc within 10000 ms",
    );
  });

  test("rejects when its signal is aborted", async () => {
    const network = new MemoryNetwork();
    const abort = new AbortController();
    const options = { carrier: "websocket", webSocket: network.webSocket, wasm } as const;
    const failure = errorOf(connect("http://test", { ...options, signal: abort.signal }));
    await pass(5);
    abort.abort();
    expect(await failure).toBe("cancelled: its AbortSignal was aborted");
    await pass(5);
    expect(network.last.closedWith).toBe(1000);
    expect(await errorOf(connect("http://test", { ...options, signal: abort.signal }))).toMatch(
      /^cancelled/,
    );
  });

  test("says so when the browser refuses the address", async () => {
    const webSocket = class {
      constructor() {
        throw new DOMException("insecure", "SecurityError");
      }
    } as unknown as typeof WebSocket;
    expect(await errorOf(connect("http://test", { carrier: "websocket", webSocket, wasm }))).toBe(
      "failed_precondition: ws://test/rpc cannot be opened in this page (SecurityError: insecure)",
    );
  });

  test("hears what its socket said while the module still compiled", async () => {
    const server = new AdderServer();
    server.limits = { callsInFlight: 1 };
    const network = new MemoryNetwork(server.accept);
    let arrive: (module: Response) => void = () => {};
    const connecting = connect("http://test", {
      carrier: "websocket",
      webSocket: network.webSocket,
      wasm: new Promise<Response>((resolve) => {
        arrive = resolve;
      }),
    });
    await pass(50);
    expect(network.last.readyState).toBe(1);
    const bytes = readFileSync(new URL("../dist/cortado.wasm", import.meta.url));
    arrive(new Response(bytes, { headers: { "content-type": "application/wasm" } }));
    vi.useRealTimers();
    const client = await connecting;
    const calls = [client.call(add, { a: 1, b: 2 }), client.call(add, {})];
    expect(await errorOf(calls[1] as Promise<unknown>)).toMatch(/^resource_exhausted/);
    expect((await calls[0])?.sum).toBe(3);
    expect(network.last.sent).toHaveLength(2); // hello as soon as it could, then the call
    client.close();
  });
});

describe("a page that is slower than its network", () => {
  test("sends on when the browser has let go of what it held back", async () => {
    const { adder, network, server } = await open();
    network.last.bufferedAmount = 20_000_000;
    const timers = vi.getTimerCount();
    const sum = adder.add({ a: 1, b: 2 });
    for (const _ of range(5)) {
      void adder.add({});
      await pass(20);
    }
    expect(server.calls).toHaveLength(0);
    expect(vi.getTimerCount()).toBe(timers + 1); // to try again, besides that for deadlines
    network.last.bufferedAmount = 0;
    await pass(20);
    expect((await sum).sum).toBe(3);
  });
});
