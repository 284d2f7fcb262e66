// SPDX-License-Identifier: Apache-2.0
// What happens to calls and streams when the connection goes and comes back, or does not; with the
// real core and simulated time.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { errorOf, range } from "../test/connected.ts";
import { Feed_SizeParams, Feed_SizeResults, Feed_UploadResults, Line } from "../test/feed.ts";
import { credit, type Frame, frame, goaway, message, response } from "../test/frames.ts";
import { type Streaming, streaming } from "../test/streaming.ts";
import type { ClientState } from "./client.ts";
import { closeReasonNumber } from "./generated/protocol.ts";

let page: EventTarget;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(0.5);
  page = new EventTarget();
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("removeEventListener", page.removeEventListener.bind(page));
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

function pass(ms: number): Promise<unknown> {
  return vi.advanceTimersByTimeAsync(ms);
}

async function open(): Promise<Streaming & { states: ClientState[] }> {
  const connecting = streaming();
  await pass(10);
  const all = await connecting;
  const states: ClientState[] = [];
  all.client.onStateChange(({ state }) => states.push(state));
  return { ...all, states };
}

const sized = ({ callId }: Frame, size = 1n): Uint8Array =>
  response(callId, Feed_SizeResults.encode({ size }));

function pageEvent(type: string, members: object = {}): void {
  page.dispatchEvent(Object.assign(new Event(type), members));
}

describe("a session that goes on", () => {
  test("answers calls that were made before, during and after", async () => {
    const { feed, server, client, states } = await open();
    const calls = [feed.size({ name: "before" })];
    await pass(1);
    server.cut();
    calls.push(feed.size({ name: "during" }));
    await pass(110);
    calls.push(feed.size({ name: "after" }));
    await pass(10);
    const names = server.requests().map(({ params }) => Feed_SizeParams.decode(params).name);
    expect(names).toEqual(["before", "during", "after"]);
    server.send(...server.of("request").map((frame, at) => sized(frame, BigInt(at))));
    expect(await Promise.all(calls)).toEqual([{ size: 0n }, { size: 1n }, { size: 2n }]);
    expect(states).toEqual(["waiting", "open"]);
    expect(server.hellos[1]).toMatchObject({ attempt: 2, token: "session1" });
    expect(client.diagnose().history).toEqual({
      connections: 2,
      resumed: 1,
      lost: 0,
      lastEnd: "the connection was lost: the network, a proxy or the server went away",
    });
  });

  test("sends again what the server missed, and takes what it missed itself, once each", async () => {
    const { feed, server } = await open();
    const numbers: number[] = [];
    const reading = feed.watch({}).forEach(({ number }) => {
      numbers.push(number);
    });
    await pass(1);
    const id = server.of("request")[0]?.callId ?? 0n;
    let next = 0;
    for (const round of range(20)) {
      // Some of these items are on their way when the network breaks, some find none.
      server.send(...range(7).map(() => frame("item", id, Line.encode({ number: next++ }))));
      if (round % 2 === 0) await pass(1);
      server.cut();
      server.send(...range(3).map(() => frame("item", id, Line.encode({ number: next++ }))));
      await pass(200);
    }
    server.send(response(id, new Uint8Array()));
    await pass(1);
    await reading;
    expect(numbers).toEqual(range(200));
    expect(server.count("request")).toBe(1);
    expect(server.hellos).toHaveLength(21);
  });

  test("works before a single frame was received", async () => {
    const { feed, server } = await open();
    const size = feed.size({ name: "lost on its way" });
    const socket = server.socket;
    // The page's frame never arrives.
    socket.onSent = () => {};
    await pass(1);
    expect(server.count("request")).toBe(0);
    server.cut();
    await pass(110);
    expect(server.count("request")).toBe(1);
    server.send(sized(server.of("request")[0] as Frame));
    await pass(1);
    expect(await size).toEqual({ size: 1n });
  });

  test("keeps an upload in order", async () => {
    const { feed, server } = await open();
    const numbers: number[] = [];
    server.onFrame = ({ type, callId, payload }) => {
      if (type === "item") {
        numbers.push(Line.decode(payload).number);
        server.send(credit(callId, 1, payload.length));
      }
      if (type === "end") server.send(response(callId, Feed_UploadResults.encode({ count: 9 })));
    };
    const upload = feed.upload(range(2000).map((number) => ({ number })));
    for (const _ of range(5)) {
      await pass(1);
      server.cut();
      await pass(200);
    }
    await pass(10);
    expect((await upload).count).toBe(9);
    expect(numbers).toEqual(range(2000));
  });

  test("still knows its deadlines while there is no connection", async () => {
    const { feed, server } = await open();
    const call = errorOf(feed.size({}, { timeoutMs: 1000 }));
    await pass(1);
    server.isUp = false;
    server.cut();
    await pass(1000);
    expect(await call).toBe("deadline_exceeded: no answer within 1000 ms");
  });
});

describe("a session that does not", () => {
  test("calls idempotent methods again, by the same key", async () => {
    const { feed, server, client } = await open();
    const size = feed.size({ name: "again" });
    await pass(1);
    server.forget();
    server.cut();
    await pass(110);
    expect(server.requests()).toHaveLength(2);
    const [first, second] = server.requests();
    expect(second?.key).toEqual(first?.key);
    expect(second?.key).toHaveLength(16);
    expect(Feed_SizeParams.decode(second?.params ?? new Uint8Array()).name).toBe("again");
    server.send(sized(server.of("request")[1] as Frame, 7n));
    await pass(1);
    expect(await size).toEqual({ size: 7n });
    expect(client.diagnose().history).toMatchObject({ connections: 2, resumed: 0, lost: 1 });
  });

  test("within their time only", async () => {
    const { feed, server } = await open();
    const call = errorOf(feed.size({}, { timeoutMs: 500 }));
    await pass(1);
    server.forget();
    server.cut();
    await pass(300);
    expect(server.requests().map(({ timeoutMs }) => timeoutMs)).toEqual([500, expect.any(Number)]);
    expect(server.requests()[1]?.timeoutMs).toBeLessThan(450);
    await pass(300);
    expect(await call).toMatch(/^deadline_exceeded/);
  });

  test("says of others whether they may have run", async () => {
    const { feed, server } = await open();
    const sent = errorOf(feed.watch({}).forEach(() => {}));
    await pass(1);
    server.isUp = false;
    server.cut();
    const unsent = errorOf(feed.upload([]));
    await pass(1);
    server.forget();
    server.isUp = true;
    await pass(1000);
    expect(await sent).toMatch(/^unknown: the connection was lost: .*; the call may have run/);
    expect(await unsent).toMatch(
      /^unavailable: the connection was lost: .*; the call was not sent/,
    );
  });

  test("ends when nobody comes back within the grace time", async () => {
    const { feed, server } = await open();
    const call = errorOf(feed.watch({}).forEach(() => {}));
    await pass(1);
    server.isUp = false;
    server.cut();
    await pass(59_000);
    let isOver = false;
    void call.then(() => {
      isOver = true;
    });
    await pass(0);
    expect(isOver).toBe(false);
    await pass(2_000);
    expect(await call).toMatch(/^unknown: /);
  });
});

describe("equal idempotent calls in flight", () => {
  test("are one, whose result each gets for itself", async () => {
    const { feed, server } = await open();
    const calls = [feed.size({ name: "a" }), feed.size({ name: "a" }), feed.size({ name: "b" })];
    await pass(1);
    calls.push(feed.size({ name: "a" }));
    await pass(1);
    expect(server.requests()).toHaveLength(2);
    server.send(...server.of("request").map((frame, at) => sized(frame, BigInt(at))));
    await pass(1);
    const results = await Promise.all(calls);
    expect(results.map(({ size }) => size)).toEqual([0n, 0n, 1n, 0n]);
    expect(results[0]).not.toBe(results[1]);
    // Afterwards there is none to share.
    void feed.size({ name: "a" }).catch(() => {});
    await pass(1);
    expect(server.requests()).toHaveLength(3);
  });

  test("are cancelled when the last who waits has left", async () => {
    const { feed, server } = await open();
    const aborts = range(3).map(() => new AbortController());
    const calls = aborts.map(({ signal }) => errorOf(feed.size({ name: "a" }, { signal })));
    await pass(1);
    expect(server.requests()).toHaveLength(1);
    aborts[0]?.abort();
    aborts[2]?.abort();
    await pass(1);
    expect(await calls[0]).toMatch(/^cancelled/);
    expect(server.count("cancel")).toBe(0);
    aborts[1]?.abort();
    await pass(1);
    expect(await calls[1]).toMatch(/^cancelled/);
    expect(await calls[2]).toMatch(/^cancelled/);
    expect(server.count("cancel")).toBe(1);
  });

  test("still answer one who waits on when another has left", async () => {
    const { feed, server } = await open();
    const abort = new AbortController();
    const left = errorOf(feed.size({ name: "a" }, { signal: abort.signal }));
    const stays = feed.size({ name: "a" });
    await pass(1);
    abort.abort();
    expect(await left).toMatch(/^cancelled/);
    server.send(sized(server.of("request")[0] as Frame, 4n));
    await pass(1);
    expect(await stays).toEqual({ size: 4n });
  });

  test("each have their own time: who still may wait asks again", async () => {
    const { feed, server } = await open();
    const first = errorOf(feed.size({ name: "a" }, { timeoutMs: 100 }));
    await pass(60);
    const second = feed.size({ name: "a" }, { timeoutMs: 100 });
    const short = errorOf(feed.size({ name: "a" }, { timeoutMs: 10 }));
    await pass(15);
    expect(await short).toBe("deadline_exceeded: no answer within 10 ms");
    await pass(30);
    expect(await first).toBe("deadline_exceeded: no answer within 100 ms");
    const requests = server.of("request");
    expect(requests).toHaveLength(3);
    server.send(sized(requests[2] as Frame, 3n));
    await pass(1);
    expect(await second).toEqual({ size: 3n });
  });

  test("share an error, too", async () => {
    const { feed, client } = await open();
    const calls = range(2).map(() => errorOf(feed.size({ name: "a" })));
    await pass(1);
    client.close();
    expect(await Promise.all(calls)).toEqual(
      range(2).map(() => "cancelled: the client was closed"),
    );
  });
});

describe("the page's own life", () => {
  test("gives its socket up when it is left, and resumes when it is back", async () => {
    const { feed, server, states } = await open();
    const size = feed.size({ name: "a" });
    await pass(1);
    const first = server.socket;
    pageEvent("pagehide", { persisted: true });
    expect(first.closedWith).toBe(4000 + closeReasonNumber.going_away);
    await pass(20_000); // frozen: no timer runs in such a page, but none may harm either
    expect(server.hellos).toHaveLength(1);
    pageEvent("pageshow", { persisted: true });
    await pass(10);
    expect(server.hellos).toHaveLength(2);
    expect(states).toEqual(["waiting", "open"]);
    server.send(sized(server.of("request")[0] as Frame));
    await pass(1);
    expect(await size).toEqual({ size: 1n });
  });

  test("says goodbye for good when it is not kept", async () => {
    const { server } = await open();
    const first = server.socket;
    pageEvent("pagehide", { persisted: false });
    expect(first.closedWith).toBe(1000);
  });

  test("leaves a network that went, as its sockets look alive", async () => {
    const { feed, server, states } = await open();
    const size = feed.size({ name: "a" });
    await pass(1);
    const first = server.socket;
    pageEvent("offline");
    expect(first.closedWith).toBeUndefined();
    pageEvent("online");
    await pass(10);
    expect(first.closedWith).toBe(4000 + closeReasonNumber.going_away);
    expect(states).toEqual(["waiting", "open"]);
    server.send(sized(server.of("request")[0] as Frame));
    await pass(1);
    expect(await size).toEqual({ size: 1n });
  });

  test("looks at the time when it is seen again", async () => {
    const { feed } = await open();
    const call = errorOf(feed.size({}, { timeoutMs: 1000 }));
    await pass(1);
    const later = performance.now() + 5000;
    vi.spyOn(performance, "now").mockReturnValue(later); // its timers slept
    pageEvent("visibilitychange");
    expect(await call).toBe("deadline_exceeded: no answer within 1000 ms");
  });
});

describe("a server that is silent", () => {
  test("is asked, given up, and the session goes on elsewhere", async () => {
    const { feed, server } = await open();
    const size = feed.size({ name: "a" }, { timeoutMs: 0 });
    await pass(1);
    const first = server.socket;
    const asked: number[] = [];
    first.onSent = (sent) => asked.push(sent[3] ?? 0); // swallowed by a box on the way
    await pass(50_010);
    expect(asked).toEqual([0x13]);
    expect(first.closedWith).toBeUndefined();
    await pass(10_010);
    expect(first.closedWith).toBe(4000 + closeReasonNumber.idle);
    await pass(200);
    expect(server.hellos).toHaveLength(2);
    server.send(sized(server.of("request")[0] as Frame));
    await pass(1);
    expect(await size).toEqual({ size: 1n });
  });

  test("on a new socket is not waited for", async () => {
    const { feed, server, states } = await open();
    const size = feed.size({ name: "a" });
    server.isMute = true;
    server.cut();
    await pass(200);
    expect(server.network.sockets).toHaveLength(2);
    expect(states).toEqual(["waiting"]);
    await pass(9_000);
    expect(server.network.sockets).toHaveLength(2);
    server.isMute = false;
    await pass(2_000);
    expect(server.network.sockets).toHaveLength(3);
    expect(states).toEqual(["waiting", "open"]);
    server.send(sized(server.of("request")[0] as Frame));
    await pass(1);
    expect(await size).toEqual({ size: 1n });
  });
});

describe("a farewell", () => {
  test("lets streams go on over the old connection, new calls over the next", async () => {
    const { feed, server } = await open();
    const numbers: number[] = [];
    const reading = feed.watch({}).forEach(({ number }) => {
      numbers.push(number);
    });
    await pass(1);
    const first = server.socket;
    const id = server.of("request")[0]?.callId ?? 0n;
    first.deliver(message(goaway(closeReasonNumber.going_away, 5000, "")));
    server.forget();
    const size = feed.size({ name: "next" });
    await pass(600);
    expect(server.network.sockets).toHaveLength(2);
    server.send(sized(server.of("request")[1] as Frame));
    await pass(1);
    expect(await size).toEqual({ size: 1n });
    first.deliver(message(frame("item", id, Line.encode({ number: 5 }))));
    first.deliver(message(response(id, new Uint8Array())));
    await reading;
    expect(numbers).toEqual([5]);
    await pass(1);
    expect(first.closedWith).toBe(1000);
  });

  test("makes idempotent calls again elsewhere when the old connection breaks", async () => {
    const { feed, server } = await open();
    const size = feed.size({ name: "a" });
    await pass(1);
    const first = server.socket;
    first.deliver(message(goaway(closeReasonNumber.going_away, 5000, "")));
    server.forget();
    await pass(600);
    first.end(1001);
    await pass(10);
    expect(server.requests()).toHaveLength(2);
    server.send(sized(server.of("request")[1] as Frame));
    await pass(1);
    expect(await size).toEqual({ size: 1n });
  });
});
