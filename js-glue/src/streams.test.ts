// SPDX-License-Identifier: Apache-2.0
// Streams that a page reads and writes, with the real core: order, credit, and every way to end.
import { describe, expect, test, vi } from "vitest";
import { errorOf, range } from "../test/connected.ts";
import { Feed_ChatResults, Feed_SizeResults, Feed_UploadResults, Line } from "../test/feed.ts";
import { credit, creditOf, error, type Frame, frame, response } from "../test/frames.ts";
import { type Streaming, streaming, turn } from "../test/streaming.ts";
import { RpcError } from "./errors.ts";
import { statusCodeNumber } from "./generated/protocol.ts";

function item(id: bigint, text: string, number = 0): Uint8Array {
  return frame("item", id, Line.encode({ text, number }));
}

function items(id: bigint, count: number, first = 0): Uint8Array[] {
  return range(count).map((at) => item(id, "", first + at));
}

const done = (id: bigint): Uint8Array => response(id, new Uint8Array());

/** Answers each request with these frames. */
function answering({ server }: Streaming, answer: (id: bigint) => Uint8Array[]): void {
  server.onFrame = ({ type, callId }) => {
    if (type === "request") server.send(...answer(callId));
  };
}

/** A call that has arrived. */
async function requested({ server }: Streaming): Promise<bigint> {
  await vi.waitFor(() => expect(server.of("request")).not.toHaveLength(0));
  return server.of("request").at(-1)?.callId ?? 0n;
}

const numberOf = ({ number }: Line): number => number;

describe("a stream that is read", () => {
  test("by for await gives its items in order, and ends with the call", async () => {
    const all = await streaming();
    answering(all, (id) => [item(id, "a", 1), item(id, "b", 2), done(id)]);
    const lines: Line[] = [];
    for await (const line of all.feed.watch({ name: "n", after: 3 })) lines.push(line);
    expect(lines).toEqual([
      { text: "a", number: 1 },
      { text: "b", number: 2 },
    ]);
    expect(all.server.requests()[0]).toMatchObject({ kind: 2, ordinal: 1, timeoutMs: 0 });
    expect(all.server.count("cancel")).toBe(0);
  });

  test("by callback gives them as they are received", async () => {
    const all = await streaming();
    answering(all, (id) => [...items(id, 200), done(id)]);
    const numbers: number[] = [];
    await all.feed.watch({}).forEach(({ number }) => {
      numbers.push(number);
    });
    expect(numbers).toEqual(range(200));
  });

  test("does not begin before it is read, and is read once", async () => {
    const all = await streaming();
    answering(all, (id) => [done(id)]);
    const stream = all.feed.watch({});
    await turn();
    expect(all.server.count("request")).toBe(0);
    await stream.forEach(() => {});
    expect(await errorOf(stream.forEach(() => {}))).toMatch(/^failed_precondition: .* read once/);
    const again = stream[Symbol.asyncIterator]();
    expect(await errorOf(again.next())).toMatch(/^failed_precondition: .* read once/);
  });

  test("rejects with the call's error, after the items before it", async () => {
    const all = await streaming();
    answering(all, (id) => [item(id, "a"), error(id, statusCodeNumber.not_found, "gone")]);
    const texts: string[] = [];
    const reading = (async () => {
      for await (const { text } of all.feed.watch({})) texts.push(text);
    })();
    expect(await errorOf(reading)).toBe("not_found: gone");
    expect(texts).toEqual(["a"]);
    expect(await errorOf(all.feed.watch({}).forEach(() => {}))).toBe("not_found: gone");
  });

  test("has its time limit, where one is stated", async () => {
    const all = await streaming();
    const errors = [all.feed.all(), all.feed.watch({}, { timeoutMs: 70 })].map((stream) =>
      errorOf(stream.forEach(() => {})),
    );
    await requested(all);
    expect(all.server.requests().map(({ timeoutMs }) => timeoutMs)).toEqual([5000, 70]);
    expect(await errors[1]).toBe("deadline_exceeded: no answer within 70 ms");
    all.client.close();
    expect(await errors[0]).toBe("cancelled: the client was closed");
  });

  test("whose items are of another schema ends, and is cancelled", async () => {
    const all = await streaming();
    const bad = frame("item", 0n, new Uint8Array(3));
    answering(all, (id) => {
      new DataView(bad.buffer).setBigUint64(4, id, true);
      return [bad, item(id, "never")];
    });
    let count = 0;
    const reading = all.feed.watch({}).forEach(() => {
      count += 1;
    });
    expect(await errorOf(reading)).toMatch(/^internal: the items of Feed.watch are not what/);
    await turn();
    expect(count).toBe(0);
    expect(all.server.count("cancel")).toBe(1);
  });
});

describe("a stream that is left", () => {
  test("by break is cancelled at the other end", async () => {
    const all = await streaming();
    answering(all, (id) => items(id, 10));
    const numbers: number[] = [];
    for await (const { number } of all.feed.watch({})) {
      numbers.push(number);
      if (number === 3) break;
    }
    await turn();
    expect(numbers).toEqual([0, 1, 2, 3]);
    expect(all.server.count("cancel")).toBe(1);
  });

  test("by close() ends without an error, however it is read", async () => {
    const all = await streaming();
    answering(all, (id) => items(id, 3));
    const byCallback = all.feed.watch({});
    await byCallback.forEach(({ number }) => {
      if (number === 1) byCallback.close();
    });
    const byLoop = all.feed.watch({});
    const numbers: number[] = [];
    for await (const { number } of byLoop) {
      numbers.push(number);
      if (number === 2) byLoop.close();
    }
    expect(numbers).toEqual([0, 1, 2]);
    await turn();
    expect(all.server.count("cancel")).toBe(2);
  });

  test("before it began never begins", async () => {
    const all = await streaming();
    const stream = all.feed.watch({});
    stream.close();
    await stream.forEach(() => {
      throw new Error("there are no items");
    });
    expect(all.server.count("request")).toBe(0);
  });

  test("by its signal rejects as a call does", async () => {
    const all = await streaming();
    answering(all, (id) => items(id, 1));
    const abort = new AbortController();
    const removed = vi.spyOn(abort.signal, "removeEventListener");
    const reading = all.feed.watch({}, { signal: abort.signal }).forEach(() => {
      abort.abort();
    });
    expect(await errorOf(reading)).toBe("cancelled: its AbortSignal was aborted");
    await turn();
    expect(all.server.count("cancel")).toBe(1);
    expect(removed).toHaveBeenCalled();
    const late = all.feed.watch({}, { signal: abort.signal });
    expect(await errorOf(late.forEach(() => {}))).toMatch(/^cancelled/);
    expect(all.server.count("request")).toBe(1);
  });

  test("by what its callback throws rejects with that, at once", async () => {
    const all = await streaming();
    answering(all, (id) => items(id, 5));
    const thrown = new TypeError("a bug of the user's");
    let count = 0;
    const reading = all.feed.watch({}).forEach(() => {
      count += 1;
      throw thrown;
    });
    await expect(reading).rejects.toBe(thrown);
    await turn();
    expect(count).toBe(1);
    expect(all.server.count("cancel")).toBe(1);
  });

  test("by the client's close() rejects", async () => {
    const all = await streaming();
    answering(all, (id) => items(id, 1));
    const reading = all.feed.watch({}).forEach(() => {
      all.client.close();
    });
    expect(await errorOf(reading)).toBe("cancelled: the client was closed");
  });
});

describe("credit", () => {
  /** What the page granted for a call, or (0) for the connection. */
  function granted({ server }: Streaming, id: bigint): number {
    const credits = server.of("credit").filter(({ callId }) => callId === id);
    return credits.reduce((sum, credit) => sum + creditOf(credit).items, 0);
  }

  test("goes back as a callback reads, in few frames", async () => {
    const all = await streaming();
    const reading = all.feed.watch({}).forEach(() => {});
    const id = await requested(all);
    let sent = 0;
    let allowed = 256;
    while (sent < 20_000) {
      const count = Math.min(allowed - sent, 100);
      all.server.send(...items(id, count, sent));
      sent += count;
      await turn();
      allowed = 256 + granted(all, id);
      expect(allowed).toBeGreaterThan(sent);
    }
    all.server.send(done(id));
    await reading;
    expect(all.server.of("credit").length).toBeLessThan(20_000 / 250);
  });

  test("does not, while an iterator does not read; then it does", async () => {
    const all = await streaming();
    const stream = all.feed.watch({})[Symbol.asyncIterator]();
    const first = stream.next();
    const id = await requested(all);
    all.server.send(...items(id, 256));
    expect((await first).value?.number).toBe(0);
    await turn();
    const before = granted(all, id);
    await turn();
    expect(granted(all, id)).toBe(before);
    for (const number of range(255)) expect((await stream.next()).value?.number).toBe(number + 1);
    await turn();
    expect(granted(all, id)).toBeGreaterThanOrEqual(256);
    all.server.send(done(id));
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test("of items that nobody read goes back to the connection when the stream is left", async () => {
    const all = await streaming();
    for (const _ of range(40)) {
      const stream = all.feed.watch({})[Symbol.asyncIterator]();
      const first = stream.next();
      await vi.waitFor(() => expect(all.server.count("request")).toBe(_ + 1));
      const id = await requested(all);
      all.server.send(...items(id, 256));
      await first;
      await stream.return?.();
      await turn();
    }
    // 40 times 256 items were sent, far more than the connection allows at one time.
    expect(granted(all, 0n) + 4096).toBeGreaterThan(40 * 256);
  });
});

describe("a stream that is written", () => {
  const result = (id: bigint): Uint8Array =>
    response(id, Feed_UploadResults.encode({ size: 5n, count: 2 }));

  /** Takes uploads: grants credit for all that arrives, answers their ends. */
  function uploads({ server }: Streaming): Line[] {
    const lines: Line[] = [];
    server.onFrame = ({ type, callId, payload }: Frame) => {
      if (type === "item") {
        lines.push(Line.decode(payload));
        server.send(credit(callId, 1, payload.length), credit(0n, 1, payload.length));
      }
      if (type === "end") server.send(result(callId));
    };
    return lines;
  }

  test("of a list, a generator or an async one arrives in order, and is answered", async () => {
    const all = await streaming();
    const lines = uploads(all);
    expect(await all.feed.upload([{ text: "a" }, { number: 7 }])).toEqual({ size: 5n, count: 2 });
    expect(lines).toEqual([
      { text: "a", number: 0 },
      { text: "", number: 7 },
    ]);
    function* generate() {
      for (const number of range(1000)) yield { number };
    }
    lines.length = 0;
    await all.feed.upload(generate());
    expect(lines.map(numberOf)).toEqual(range(1000));
    async function* later() {
      for (const number of range(300)) {
        if (number % 50 === 0) await turn();
        yield { number };
      }
    }
    lines.length = 0;
    await all.feed.upload(later());
    expect(lines.map(numberOf)).toEqual(range(300));
    expect(all.server.requests()[0]).toMatchObject({ kind: 1, ordinal: 3 });
    expect(all.server.requests()[0]?.params).toHaveLength(0);
  });

  test("of nothing is an end", async () => {
    const all = await streaming();
    expect(uploads(all)).toEqual([]);
    expect((await all.feed.upload([])).count).toBe(2);
  });

  test("stops taking from its source when the other end does not read", async () => {
    const all = await streaming();
    let taken = 0;
    function* endless() {
      for (;;) {
        taken += 1;
        yield { number: taken };
      }
    }
    const upload = errorOf(all.feed.upload(endless()));
    const id = await requested(all);
    await turn();
    expect(taken).toBe(257); // the initial credit, and the one that had none
    all.server.send(credit(id, 10, 1000));
    await turn();
    expect(taken).toBe(267);
    expect(all.server.of("item").map((item) => Line.decode(item.payload).number)).toEqual(
      range(266).map((at) => at + 1),
    );
    all.server.send(error(id, statusCodeNumber.resource_exhausted, "enough"));
    expect(await upload).toBe("resource_exhausted: enough");
  });

  test("stops its source when it is answered before the end", async () => {
    const all = await streaming();
    const stopped = vi.fn();
    async function* endless() {
      try {
        for (;;) {
          yield { text: "x" };
          await turn();
        }
      } finally {
        stopped();
      }
    }
    const upload = all.feed.upload(endless());
    const id = await requested(all);
    all.server.send(result(id));
    expect((await upload).count).toBe(2);
    await vi.waitFor(() => expect(stopped).toHaveBeenCalledOnce());
  });

  test("whose source throws is cancelled, and rejects with that", async () => {
    const all = await streaming();
    const thrown = new RpcError("data_loss", "the file is broken");
    function* failing() {
      yield { text: "a" };
      throw thrown;
    }
    await expect(all.feed.upload(failing())).rejects.toBe(thrown);
    await turn();
    expect(all.server.count("cancel")).toBe(1);
    expect(all.server.count("end")).toBe(0);
  });

  test("with an item that is none of the schema is cancelled", async () => {
    const all = await streaming();
    const upload = all.feed.upload([{ text: 5 as unknown as string }]);
    await expect(upload).rejects.toThrow(/text/);
    await turn();
    expect(all.server.count("cancel")).toBe(1);
  });

  test("with items larger than a part arrives whole, others behind them", async () => {
    const all = await streaming();
    const lines = uploads(all);
    const text = "x".repeat(300_000);
    await all.feed.upload([{ text, number: 1 }, { number: 2 }, { text, number: 3 }]);
    expect(lines.map(numberOf)).toEqual([1, 2, 3]);
    expect(lines[2]?.text).toBe(text);
  });

  test("may be aborted while it waits", async () => {
    const all = await streaming();
    const abort = new AbortController();
    const many = range(1000).map((number) => ({ number }));
    const upload = errorOf(all.feed.upload(many, { signal: abort.signal }));
    await requested(all);
    await turn();
    abort.abort();
    expect(await upload).toBe("cancelled: its AbortSignal was aborted");
    await turn();
    expect(all.server.count("cancel")).toBe(1);
  });
});

describe("a stream both ways", () => {
  test("gives items while it takes some", async () => {
    const all = await streaming();
    all.server.onFrame = ({ type, callId, payload }) => {
      if (type === "item") {
        const line = Line.decode(payload);
        all.server.send(frame("item", callId, Feed_ChatResults.encode({ from: "echo", line })));
      }
      if (type === "end") all.server.send(done(callId));
    };
    const said: string[] = [];
    const lines = ["one", "two", "three"].map((text) => ({ text }));
    for await (const { from, line } of all.feed.chat(lines)) said.push(`${from} ${line?.text}`);
    expect(said).toEqual(["echo one", "echo two", "echo three"]);
  });

  test("stops its source when it is left", async () => {
    const all = await streaming();
    const stopped = vi.fn();
    async function* endless() {
      try {
        for (;;) {
          yield { text: "x" };
          await turn();
        }
      } finally {
        stopped();
      }
    }
    answering(all, (id) => [frame("item", id, Feed_ChatResults.encode({ from: "a" }))]);
    for await (const _ of all.feed.chat(endless())) break;
    await vi.waitFor(() => expect(stopped).toHaveBeenCalledOnce());
    await turn();
    expect(all.server.count("cancel")).toBe(1);
  });
});

describe("calls made while items are read", () => {
  test("do not mix with what is still to be read", async () => {
    const all = await streaming();
    const { server, feed } = all;
    server.onFrame = ({ type, callId }) => {
      if (type === "request" && server.requests().at(-1)?.ordinal === 0) {
        server.send(response(callId, Feed_SizeResults.encode({ size: 9n })));
      }
    };
    const sizes: Promise<unknown>[] = [];
    const reading = feed.watch({}).forEach(({ number }) => {
      sizes.push(feed.size({ name: String(number) }));
    });
    const id = await requested(all);
    // The call in flight ends behind items whose reader makes new calls, in the same message.
    const other = errorOf(feed.watch({ name: "other" }).forEach(() => {}));
    await vi.waitFor(() => expect(server.count("request")).toBe(2));
    const otherId = server.of("request")[1]?.callId ?? 0n;
    server.send(...items(id, 3), error(otherId, statusCodeNumber.aborted, "other"), done(id));
    await reading;
    expect(await other).toBe("aborted: other");
    expect(await Promise.all(sizes)).toEqual([{ size: 9n }, { size: 9n }, { size: 9n }]);
  });
});
