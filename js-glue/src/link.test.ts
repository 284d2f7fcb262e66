// SPDX-License-Identifier: Apache-2.0
// Calls on one connection, with the real core: how they travel, fail, and always settle.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { add, quick, Sum, type Terms } from "../test/adder.ts";
import { AdderServer, refusal, sumOf } from "../test/adder-server.ts";
import { connected, errorOf, range } from "../test/connected.ts";
import { error, frame, message, response } from "../test/frames.ts";
import { RpcError } from "./errors.ts";
import { turnSizeMax } from "./generated/abi.ts";
import { statusCodeNumber } from "./generated/protocol.ts";

const never = (): undefined => undefined;

describe("a turn", () => {
  test("its calls leave in one message, after a hello", async () => {
    const { adder, network, server } = await connected();
    const sums = await Promise.all(range(50).map((a) => adder.add({ a, b: 1 })));
    expect(sums.map(({ sum }) => sum)).toEqual(range(50).map((a) => a + 1));
    expect(server.frames[0]?.type).toBe("hello");
    expect(network.last.sent).toHaveLength(2);
    expect(server.count("request")).toBe(50);
  });

  test("calls that follow from answers of one message share the next", async () => {
    const { adder, network } = await connected();
    const twice = async (a: number): Promise<number> => {
      const { sum } = await adder.add({ a, b: 1 });
      return (await adder.add({ a: sum, b: 1 })).sum;
    };
    const deeper = async (a: number): Promise<number> => {
      await null;
      return await twice(a);
    };
    const sums = await Promise.all([...range(20).map(twice), ...range(20).map(deeper)]);
    expect(sums).toEqual([...range(20), ...range(20)].map((a) => a + 2));
    expect(network.last.sent).toHaveLength(3);
  });

  test("says what the method is, and for how long the caller waits", async () => {
    const { client, server } = await connected();
    await client.call(add, { a: 1 }, { timeoutMs: 1500.2 });
    await client.call(add, { a: 1 }, { timeoutMs: 0 });
    await client.call(quick, {});
    const requests = server.calls.map(({ request }) => request);
    expect(requests[0]).toMatchObject({
      interfaceId: 0xfedc_5678_9abc_def0n,
      ordinal: 0,
      idempotent: false,
      timeoutMs: 1501,
    });
    expect(requests.map(({ timeoutMs }) => timeoutMs)).toEqual([1501, 0, 50]);
    expect(requests[2]?.ordinal).toBe(2);
  });

  test("very many bytes leave in several messages, each of whole frames", async () => {
    const { adder, network, server } = await connected();
    const note = "x".repeat(30_000);
    await Promise.all(range(20).map((a) => adder.add({ a, note })));
    expect(server.count("request")).toBe(20);
    const sizes = network.last.sent.map((sent) => sent.length);
    expect(sizes.length).toBeGreaterThan(2);
    expect(Math.max(...sizes)).toBeLessThan(turnSizeMax + 40_000);
  });
});

describe("params", () => {
  test("of many sizes arrive whole, while the module's memory grows", async () => {
    const { adder } = await connected();
    for (const size of [0, 1, 1000, 1024, 5000, 100_000, 3_000_000, 10_000_000]) {
      const { note } = await adder.add({ note: "é".repeat(size / 2) });
      expect(note.length).toBe(Math.floor(size / 2));
    }
    const notes = range(40).map((a) => adder.add({ a, note: String(a).repeat(100_000) }));
    for (const { sum, note } of await Promise.all(notes)) {
      expect(note === String(sum).repeat(100_000)).toBe(true);
    }
  });

  test("that exceed what a frame holds are refused, and others still go", async () => {
    const { adder } = await connected();
    const large = errorOf(adder.add({ note: "x".repeat(17_000_000) }));
    const small = adder.add({ a: 1, b: 1 });
    expect(await large).toMatch(/^resource_exhausted: a message exceeds 16777216 bytes/);
    expect((await small).sum).toBe(2);
  });

  test("of a wrong type are refused, and others still go", async () => {
    const { adder } = await connected();
    const wrong = errorOf(adder.add({ a: "one" as unknown as number }));
    const right = adder.add({ a: 1, b: 1 });
    expect(await wrong).toMatch(/^invalid_argument: a: /);
    expect((await right).sum).toBe(2);
  });

  test("whose getter makes a call do not mix with its params", async () => {
    const { adder } = await connected();
    let inner: Promise<Sum> | undefined;
    const params: Partial<Terms> = {
      a: 1,
      get b() {
        inner ??= adder.add({ a: 10, b: 20, note: "inner" });
        return 2;
      },
      note: "outer",
    };
    expect(await adder.add(params)).toEqual({ sum: 3, note: "outer" });
    expect(await inner).toEqual({ sum: 30, note: "inner" });
  });
});

describe("a getter of the params", () => {
  test("that closes the client ends its own call, too", async () => {
    const { adder, client } = await connected();
    const params = {
      get a() {
        client.close();
        return 1;
      },
    };
    expect(await errorOf(adder.add(params))).toBe("cancelled: the client was closed");
  });

  test("that aborts its own call ends it, before it is sent", async () => {
    const { adder, server } = await connected();
    const abort = new AbortController();
    const params = {
      get a() {
        abort.abort();
        return 1;
      },
    };
    expect(await errorOf(adder.add(params, { signal: abort.signal }))).toMatch(/^cancelled/);
    await adder.add({});
    expect(server.calls).toHaveLength(1);
  });
});

describe("an answer", () => {
  test("may be an error with details, after which to try again", async () => {
    const details = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0xa5, ...Sum.encode({ sum: 7 }));
    const server = new AdderServer(({ id }) =>
      error(id, statusCodeNumber.not_found, "no such séance", { retryAfterMs: 250, details }),
    );
    const { adder } = await connected(server);
    const thrown = await adder.add({}).catch((reason: unknown) => reason);
    if (!(thrown instanceof RpcError)) throw thrown;
    expect(thrown.message).toBe("not_found: no such séance");
    expect(thrown.code).toBe("not_found");
    expect(thrown.reason).toBe("no such séance");
    expect(thrown.retryAfterMs).toBe(250);
    expect(thrown.details?.typeId).toBe(0xa500_0000_0000_0001n);
    expect(Sum.decode(thrown.details?.message ?? new Uint8Array()).sum).toBe(7);
  });

  test("an error without more has no details", async () => {
    const { adder } = await connected(new AdderServer(refusal));
    const thrown = await adder.add({}).catch((reason: unknown) => reason);
    expect(thrown).toMatchObject({ code: "failed_precondition", details: undefined });
  });

  test("of an unknown status is unknown", async () => {
    const { adder } = await connected(new AdderServer(({ id }) => error(id, 99, "hm")));
    expect(await errorOf(adder.add({}))).toBe("unknown: hm");
  });

  test("that is no message of the schema rejects its own call only", async () => {
    const server = new AdderServer((call) =>
      call.terms.a === 1 ? response(call.id, new Uint8Array([1, 2, 3])) : sumOf(call),
    );
    const { adder } = await connected(server);
    const bad = errorOf(adder.add({ a: 1 }));
    const good = adder.add({ a: 2 });
    expect(await bad).toMatch(/^internal: the results of Adder.add are not what its schema says/);
    expect((await good).sum).toBe(2);
  });

  test("may come in any order, and in messages with others", async () => {
    const server = new AdderServer(never);
    const { adder, network } = await connected(server);
    const sums = range(5).map((a) => adder.add({ a }));
    await vi.waitFor(() => expect(server.calls).toHaveLength(5));
    const answers = server.calls.map((call) => sumOf(call) ?? new Uint8Array());
    network.last.deliver(message(...answers.slice(2).reverse()));
    network.last.deliver(message(...answers.slice(0, 2)));
    expect((await Promise.all(sums)).map(({ sum }) => sum)).toEqual(range(5));
  });

  test("a ping is answered with a pong of the same payload", async () => {
    const { network, server } = await connected();
    const token = Uint8Array.from(range(8));
    network.last.deliver(message(frame("ping", 0n, token)));
    expect(server.frames.at(-1)).toEqual({ type: "pong", callId: 0n, payload: token });
  });

  test("a call of the server's is answered as unimplemented", async () => {
    const { network, server } = await connected();
    network.last.deliver(message(frame("request", 0x1_0000_0000n, new Uint8Array(56))));
    await vi.waitFor(() => expect(server.frames.at(-1)?.type).toBe("error"));
    expect(server.frames.at(-1)?.payload[0]).toBe(statusCodeNumber.unimplemented);
  });
});

describe("many calls", () => {
  test("a hundred thousand settle, on few slots", async () => {
    const { adder, server } = await connected();
    let right = 0;
    for (const round of range(50)) {
      const sums = await Promise.all(range(2000).map((a) => adder.add({ a, b: round })));
      right += sums.filter(({ sum }, a) => sum === a + round).length;
    }
    expect(right).toBe(100_000);
    const slots = new Set(server.calls.map(({ id }) => id & 0xffff_ffffn));
    expect(slots.size).toBe(2000);
    expect(new Set(server.calls.map(({ id }) => id)).size).toBe(100_000);
  });

  test("that are equal and idempotent are one; alike is not equal", async () => {
    const { adder, server } = await connected();
    // The last two have the same hash.
    const terms = [{ a: 5 }, { a: 5 }, { a: 1 }, { b: 31 }];
    const sums = await Promise.all(terms.map((each) => adder.look(each)));
    expect(sums.map(({ sum }) => sum)).toEqual([5, 5, 1, 31]);
    expect(server.count("request")).toBe(3);
  });

  test("more than the server takes at once are refused", async () => {
    const server = new AdderServer(never);
    server.limits = { callsInFlight: 3 };
    const { adder, client } = await connected(server);
    const errors = range(5).map((a) => errorOf(adder.add({ a })));
    expect(await errors[3]).toMatch(/^resource_exhausted: too many calls/);
    expect(await errors[4]).toMatch(/^resource_exhausted: too many calls/);
    client.close();
    expect(await errors[0]).toBe("cancelled: the client was closed");
  });
});

describe("giving up", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  async function silent() {
    const connecting = connected(new AdderServer(never));
    await vi.advanceTimersByTimeAsync(10);
    return connecting;
  }

  test("each call ends at its own deadline and is cancelled, with one timer for all", async () => {
    const { adder, server } = await silent();
    const timersBefore = vi.getTimerCount();
    const errors = [300, 100, 200].map((timeoutMs) => errorOf(adder.add({}, { timeoutMs })));
    const byMethod = errorOf(adder.quick({}));
    await vi.advanceTimersByTimeAsync(2);
    expect(vi.getTimerCount()).toBe(timersBefore); // one, which has looked for silence until now
    let settled = 0;
    for (const promise of [...errors, byMethod]) void promise.then(() => (settled += 1));
    for (const [ms, count] of [
      [47, 0],
      [2, 1],
      [50, 2],
      [100, 3],
      [100, 4],
    ] as const) {
      await vi.advanceTimersByTimeAsync(ms);
      expect(settled).toBe(count);
    }
    expect(await errors[1]).toBe("deadline_exceeded: no answer within 100 ms");
    expect(await byMethod).toBe("deadline_exceeded: no answer within 50 ms");
    expect(server.count("cancel")).toBe(4);
  });

  test("an answer before the deadline counts, one after it does not", async () => {
    const { adder, network, server } = await silent();
    const early = adder.add({ a: 1 }, { timeoutMs: 100 });
    const late = errorOf(adder.add({ a: 2 }, { timeoutMs: 100 }));
    await vi.advanceTimersByTimeAsync(99);
    const [first, second] = server.calls.map((call) => sumOf(call) ?? new Uint8Array());
    network.last.deliver(message(first as Uint8Array));
    expect((await early).sum).toBe(1);
    await vi.advanceTimersByTimeAsync(2);
    network.last.deliver(message(second as Uint8Array));
    expect(await late).toMatch(/^deadline_exceeded/);
  });

  test("a timeout of the server's has the server's words", async () => {
    const { adder, network, server } = await silent();
    const call = errorOf(adder.add({}, { timeoutMs: 1000 }));
    await vi.advanceTimersByTimeAsync(2);
    const { id } = server.calls[0] ?? { id: 0n };
    network.last.deliver(message(error(id, statusCodeNumber.deadline_exceeded, "too slow")));
    expect(await call).toBe("deadline_exceeded: too slow");
  });

  test("no timer runs for calls that wait for ever", async () => {
    const { adder, client } = await silent();
    const timersBefore = vi.getTimerCount();
    const call = errorOf(adder.add({}, { timeoutMs: 0 }));
    await vi.advanceTimersByTimeAsync(100_000_000);
    expect(vi.getTimerCount()).toBe(timersBefore);
    client.close();
    expect(await call).toBe("cancelled: the client was closed");
  });

  test("an aborted call rejects at once and is cancelled at the server", async () => {
    const { adder, server } = await silent();
    const abort = new AbortController();
    const signals = vi.spyOn(abort.signal, "removeEventListener");
    const call = errorOf(adder.add({}, { signal: abort.signal }));
    await vi.advanceTimersByTimeAsync(2);
    abort.abort();
    expect(await call).toBe("cancelled: its AbortSignal was aborted");
    await vi.advanceTimersByTimeAsync(2);
    expect(server.frames.map(({ type }) => type)).toEqual(["hello", "request", "cancel"]);
    expect(server.frames[2]?.callId).toBe(server.frames[1]?.callId);
    expect(signals).toHaveBeenCalled();
    expect(await errorOf(adder.add({}, { signal: abort.signal }))).toMatch(/^cancelled/);
    expect(server.count("request")).toBe(1);
  });

  test("a signal that times out is a deadline; one aborted with an RpcError is that", async () => {
    const { adder } = await silent();
    const abort = new AbortController();
    const timedOut = errorOf(adder.add({}, { signal: abort.signal }));
    abort.abort(new DOMException("time", "TimeoutError"));
    expect(await timedOut).toBe("deadline_exceeded: its AbortSignal timed out");
    const other = new AbortController();
    const aborted = errorOf(adder.add({}, { signal: other.signal }));
    other.abort(new RpcError("aborted", "we changed our mind"));
    expect(await aborted).toBe("aborted: we changed our mind");
  });

  test("a signal aborted after the answer changes nothing", async () => {
    const server = new AdderServer();
    const connecting = connected(server);
    await vi.advanceTimersByTimeAsync(10);
    const { adder } = await connecting;
    const abort = new AbortController();
    const call = adder.add({ a: 1 }, { signal: abort.signal });
    await vi.advanceTimersByTimeAsync(10);
    expect((await call).sum).toBe(1);
    // Another call now has the slot.
    server.answer = never;
    const next = errorOf(adder.add({ a: 2 }));
    abort.abort();
    await vi.advanceTimersByTimeAsync(10);
    expect(server.count("cancel")).toBe(0);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(await next).toBe("deadline_exceeded: no answer within 30000 ms");
  });

  test("close() settles every call exactly once, whatever it waited for", async () => {
    const { adder, client, network } = await silent();
    const abort = new AbortController();
    const calls = [
      adder.add({}),
      adder.add({}, { timeoutMs: 10 }),
      adder.add({}, { timeoutMs: 0, signal: abort.signal }),
    ].map(errorOf);
    await vi.advanceTimersByTimeAsync(2);
    const unsent = errorOf(adder.add({}));
    client.close();
    abort.abort();
    await vi.advanceTimersByTimeAsync(100);
    for (const call of [...calls, unsent]) {
      expect(await call).toBe("cancelled: the client was closed");
    }
    expect(network.last.closedWith).toBe(1000);
    expect(await errorOf(adder.add({}))).toBe("cancelled: the client was closed");
    expect(vi.getTimerCount()).toBe(0);
  });
});
