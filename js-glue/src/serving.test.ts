// SPDX-License-Identifier: Apache-2.0
// What the server asks of a page: calls of every kind that the page serves, and pushes on topics.
import { afterEach, describe, expect, test, vi } from "vitest";
import { range } from "../test/connected.ts";
import {
  Feed,
  Feed_ChatResults,
  Feed_SizeParams,
  Feed_SizeResults,
  Feed_UploadResults,
  Feed_WatchParams,
  type FeedService,
  feedService_,
  Line,
} from "../test/feed.ts";
import { credit, frame, notify, request, statusOf } from "../test/frames.ts";
import type { SessionServer } from "../test/session-server.ts";
import { type Streaming, streaming, turn } from "../test/streaming.ts";
import { RpcError } from "./errors.ts";
import { servedCallsMax } from "./generated/abi.ts";
import { statusCodeName } from "./generated/protocol.ts";
import { Services } from "./services.ts";

const { methods } = Feed;

afterEach(() => {
  vi.unstubAllGlobals();
});

/** A page that serves some of Feed. */
async function serving(implementation: Partial<FeedService>): Promise<Streaming> {
  const all = await streaming();
  // What is not implemented is not called.
  all.client.serve(feedService_(implementation as FeedService));
  return all;
}

/** What the page answered to a call: "ok" and the results, or the status and its words. */
async function answerTo(server: SessionServer, id: bigint): Promise<string | Uint8Array> {
  const answers = () =>
    server.frames.filter(
      ({ callId, type }) => callId === id && (type === "response" || type === "error"),
    );
  await vi.waitFor(() => expect(answers()).toHaveLength(1));
  const answer = answers()[0];
  if (answer === undefined) throw new Error("it was there");
  if (answer.type === "response") return answer.payload.slice(8);
  const { code, text } = statusOf(answer);
  return `${statusCodeName[code]}: ${text}`;
}

const size = (id: bigint, name: string, timeoutMs = 0): Uint8Array =>
  request(id, methods.size, Feed_SizeParams.encode({ name }), timeoutMs);

describe("a unary call of the server's", () => {
  test("is answered with what the method gives, now or later", async () => {
    const { server } = await serving({
      size: ({ name }) => (name === "now" ? { size: 1n } : turn().then(() => ({ size: 2n }))),
    });
    server.send(size(2n, "now"), size(4n, "later"));
    expect(Feed_SizeResults.decode((await answerTo(server, 2n)) as Uint8Array).size).toBe(1n);
    expect(Feed_SizeResults.decode((await answerTo(server, 4n)) as Uint8Array).size).toBe(2n);
  });

  test("knows how long the caller waits", async () => {
    const timeouts: number[] = [];
    const { server } = await serving({
      size: (_, { timeoutMs }) => {
        timeouts.push(timeoutMs);
        return {};
      },
    });
    server.send(size(2n, "", 250), size(4n, ""));
    await answerTo(server, 4n);
    expect(timeouts).toEqual([250, 0]);
  });

  test("fails with the method's RpcError and its details", async () => {
    const details = { typeId: 0xa5n, message: Uint8Array.from(range(16)) };
    const { server } = await serving({
      size: () => {
        throw new RpcError("not_found", "no such séance", { retryAfterMs: 7, details });
      },
    });
    server.send(size(2n, ""));
    expect(await answerTo(server, 2n)).toBe("not_found: no such séance");
    const payload = server.of("error")[0]?.payload ?? new Uint8Array();
    expect(new DataView(payload.buffer).getUint32(4, true)).toBe(7);
    expect(payload.slice(-16)).toEqual(details.message);
  });

  test("fails as internal when the method throws, which is reported here and told nobody", async () => {
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    const thrown = new TypeError("secret of the page");
    const { server } = await serving({ size: () => Promise.reject(thrown) });
    server.send(size(2n, ""));
    expect(await answerTo(server, 2n)).toBe("internal: the page failed to serve this call");
    expect(reported).toHaveBeenCalledExactlyOnceWith(thrown);
  });

  test("fails as internal when the results are none of the schema", async () => {
    vi.stubGlobal("reportError", vi.fn());
    const { server } = await serving({ size: () => ({ size: "large" as unknown as bigint }) });
    server.send(size(2n, ""), size(4n, ""));
    expect(await answerTo(server, 2n)).toMatch(/^internal/);
    expect(await answerTo(server, 4n)).toMatch(/^internal/);
  });

  test("of what is not served, or with bad params, is refused", async () => {
    const { server } = await serving({ size: () => ({}) });
    const unknown = { ...methods.size, ordinal: 99 };
    const otherKind = { ...methods.size, kind: 2 };
    server.send(
      request(2n, unknown, new Uint8Array(16)),
      request(4n, otherKind, new Uint8Array(16)),
      request(6n, methods.size, new Uint8Array(3)),
      size(8n, ""),
    );
    expect(await answerTo(server, 2n)).toBe("unimplemented: this page serves no such method");
    expect(await answerTo(server, 4n)).toBe("unimplemented: this page serves no such method");
    expect(await answerTo(server, 6n)).toMatch(/^invalid_argument: the params of Feed.size/);
    expect(await answerTo(server, 8n)).toBeInstanceOf(Uint8Array);
  });

  test("is told when the caller gives up, and answers no more", async () => {
    const reasons: unknown[] = [];
    const { server } = await serving({
      size: (_, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            reasons.push(signal.reason);
            resolve({});
          });
        }),
    });
    server.send(size(2n, ""));
    await turn();
    server.send(frame("cancel", 2n));
    await turn();
    expect(reasons).toMatchObject([{ code: "cancelled" }]);
    expect(server.count("response")).toBe(0);
  });

  test("ends at its deadline, which the page watches, too", async () => {
    const reasons: unknown[] = [];
    const { server } = await serving({
      size: (_, { signal }) =>
        new Promise(() => {
          signal.addEventListener("abort", () => reasons.push(signal.reason));
        }),
    });
    server.send(size(2n, "", 20));
    expect(await answerTo(server, 2n)).toMatch(/^deadline_exceeded/);
    expect(reasons).toMatchObject([{ code: "deadline_exceeded" }]);
  });

  test("may be one of many, up to what the page said it takes", async () => {
    const release: (() => void)[] = [];
    const { server } = await serving({
      size: () => new Promise((resolve) => release.push(() => resolve({}))),
    });
    expect(server.hellos[0]?.callsInFlight).toBe(servedCallsMax);
    server.send(...range(servedCallsMax + 1).map((at) => size(BigInt(2 * at + 2), "")));
    expect(await answerTo(server, BigInt(2 * servedCallsMax + 2))).toMatch(/^resource_exhausted/);
    for (const go of release) go();
    await vi.waitFor(() => expect(server.count("response")).toBe(servedCallsMax));
  });
});

describe("calls that come before what answers them is loaded", () => {
  test("are answered in their order, with all that belongs to them", async () => {
    const seen: string[] = [];
    const { server } = await serving({
      size: ({ name }) => {
        seen.push(name);
        return {};
      },
      async upload(items) {
        try {
          for await (const { text } of items) seen.push(text);
        } catch (thrown) {
          seen.push(`${thrown} ${(thrown as RpcError).details?.typeId}`);
        }
        return {};
      },
    });
    const failed = new Uint8Array(32); // data_loss, a message of 4 bytes, 8 of details
    const view = new DataView(failed.buffer);
    view.setUint16(0, 15, true);
    view.setUint32(8, 4, true);
    view.setUint32(12, 8, true);
    failed.set(new TextEncoder().encode("torn"), 16);
    view.setBigUint64(24, 77n, true);
    server.send(
      size(2n, "first"),
      request(4n, methods.upload, new Uint8Array()),
      size(6n, "given up"),
      frame("cancel", 6n),
      frame("item", 4n, Line.encode({ text: "a line that is longer than a word" })),
      frame("end", 4n, failed),
      size(8n, "last"),
    );
    expect(seen).toEqual([]);
    for (const id of [2n, 4n, 8n]) {
      expect(await answerTo(server, id)).toBeInstanceOf(Uint8Array);
    }
    expect(seen).toEqual([
      "first",
      "last",
      "a line that is longer than a word",
      "RpcError: data_loss: torn 77",
    ]);
  });

  test("end with the client", async () => {
    const run = vi.fn();
    const { client, server } = await serving({ size: run });
    server.send(size(2n, ""));
    await Promise.resolve();
    client.close();
    await turn();
    await turn();
    expect(run).not.toHaveBeenCalled();
  });

  test("are refused when it cannot be loaded, and the next one tries again", async () => {
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    const load = vi
      .spyOn(Services.prototype, "load")
      .mockRejectedValue(new TypeError("no such file"));
    const { server } = await serving({ size: () => ({}) });
    server.send(size(2n, ""));
    expect(await answerTo(server, 2n)).toMatch(/^unavailable/);
    expect(reported).toHaveBeenCalledOnce();
    load.mockRestore();
    server.send(size(4n, ""));
    expect(await answerTo(server, 4n)).toBeInstanceOf(Uint8Array);
  });
});

describe("a stream that the page gives", () => {
  const watch = (id: bigint): Uint8Array =>
    request(id, methods.watch, Feed_WatchParams.encode({ name: "n", after: 2 }));

  test("is what its generator yields, and ends with it", async () => {
    const { server } = await serving({
      async *watch({ name, after }) {
        yield { text: name };
        await turn();
        yield { number: after };
      },
    });
    server.send(watch(2n));
    expect(await answerTo(server, 2n)).toHaveLength(0);
    expect(server.of("item").map(({ payload }) => Line.decode(payload))).toEqual([
      { text: "n", number: 0 },
      { text: "", number: 2 },
    ]);
  });

  test("waits for credit, and goes on when there is some", async () => {
    let given = 0;
    const { server } = await serving({
      *watch() {
        for (;;) {
          given += 1;
          yield { number: given };
        }
      },
    });
    server.send(watch(2n));
    await vi.waitFor(() => expect(server.count("item")).toBe(256));
    await turn();
    expect(given).toBe(257);
    server.send(credit(2n, 5, 500));
    await turn();
    expect(server.count("item")).toBe(261);
  });

  test("stops its generator when the reader leaves", async () => {
    const stopped = vi.fn();
    const { server } = await serving({
      async *watch() {
        try {
          for (;;) {
            yield {};
            await turn();
          }
        } finally {
          stopped();
        }
      },
    });
    server.send(watch(2n));
    await turn();
    server.send(frame("cancel", 2n));
    await vi.waitFor(() => expect(stopped).toHaveBeenCalledOnce());
    expect(server.count("response") + server.count("error")).toBe(0);
  });

  test("fails with what the generator throws, after its items", async () => {
    const { server } = await serving({
      *watch() {
        yield {};
        throw new RpcError("data_loss", "torn");
      },
    });
    server.send(watch(2n));
    expect(await answerTo(server, 2n)).toBe("data_loss: torn");
    expect(server.count("item")).toBe(1);
  });
});

describe("a stream that the page takes", () => {
  const upload = (id: bigint): Uint8Array => request(id, methods.upload, new Uint8Array());
  const line = (id: bigint, number: number): Uint8Array =>
    frame("item", id, Line.encode({ number }));

  test("is read to its end, then answered", async () => {
    const { server } = await serving({
      async upload(items) {
        let size = 0n;
        let count = 0;
        for await (const { number } of items) {
          size += BigInt(number);
          count += 1;
        }
        return { size, count };
      },
    });
    server.send(upload(2n), line(2n, 5), line(2n, 6));
    await turn();
    server.send(line(2n, 7), frame("end", 2n));
    const results = Feed_UploadResults.decode((await answerTo(server, 2n)) as Uint8Array);
    expect(results).toEqual({ size: 18n, count: 3 });
  });

  test("gives credit back as it is read", async () => {
    const { server } = await serving({
      async upload(items) {
        let count = 0;
        await items.forEach(() => {
          count += 1;
        });
        return { count };
      },
    });
    server.send(upload(2n), ...range(256).map((number) => line(2n, number)));
    await vi.waitFor(() => expect(server.of("credit").some((c) => c.callId === 2n)).toBe(true));
    server.send(...range(256).map((number) => line(2n, number)), frame("end", 2n));
    const results = Feed_UploadResults.decode((await answerTo(server, 2n)) as Uint8Array);
    expect(results.count).toBe(512);
  });

  test("rejects when its writer failed, or left", async () => {
    const errors: unknown[] = [];
    const { server } = await serving({
      async upload(items) {
        try {
          for await (const _ of items);
        } catch (thrown) {
          errors.push(thrown);
        }
        return {};
      },
    });
    const failed = new Uint8Array(24);
    new DataView(failed.buffer).setUint16(0, 15, true);
    new DataView(failed.buffer).setUint32(8, 4, true);
    failed.set(new TextEncoder().encode("torn"), 16);
    server.send(upload(2n), frame("end", 2n, failed), upload(4n));
    await answerTo(server, 2n);
    server.send(frame("cancel", 4n));
    await turn();
    expect(errors).toMatchObject([{ code: "data_loss", reason: "torn" }, { code: "cancelled" }]);
  });

  test("may be answered before its end", async () => {
    const { server } = await serving({
      async upload(items) {
        for await (const { number } of items) if (number === 1) return { count: 1 };
        return {};
      },
    });
    server.send(upload(2n), line(2n, 0), line(2n, 1), line(2n, 2));
    expect(await answerTo(server, 2n)).toBeInstanceOf(Uint8Array);
    server.send(line(2n, 3), frame("end", 2n)); // crossed the answer
    await turn();
    expect(server.socket.closedWith).toBeUndefined();
  });

  test("with an item that is none of the schema is refused", async () => {
    const { server } = await serving({
      async upload(items) {
        for await (const _ of items);
        return {};
      },
    });
    server.send(upload(2n), frame("item", 2n, new Uint8Array(3)));
    expect(await answerTo(server, 2n)).toMatch(/^internal: the items of Feed.upload/);
  });
});

test("a stream both ways answers each item as it comes", async () => {
  const { server } = await serving({
    async *chat(items) {
      for await (const line of items) yield { from: "page", line };
    },
  });
  server.send(
    request(2n, methods.chat, new Uint8Array()),
    frame("item", 2n, Line.encode({ text: "hello" })),
  );
  await vi.waitFor(() => expect(server.count("item")).toBe(1));
  server.send(frame("end", 2n));
  expect(await answerTo(server, 2n)).toHaveLength(0);
  expect(Feed_ChatResults.decode(server.of("item")[0]?.payload ?? new Uint8Array())).toEqual({
    from: "page",
    line: { text: "hello", number: 0 },
  });
});

test("calls of the server's go on over the next connection, and end with the session", async () => {
  const signals: AbortSignal[] = [];
  const release: (() => void)[] = [];
  const { server } = await serving({
    size: (_, { signal }) => {
      signals.push(signal);
      return new Promise((resolve) => release.push(() => resolve({})));
    },
  });
  server.send(size(2n, ""), size(4n, ""));
  await vi.waitFor(() => expect(signals).toHaveLength(2));
  server.cut();
  release[0]?.();
  expect(await answerTo(server, 2n)).toBeInstanceOf(Uint8Array);
  expect(signals[1]?.aborted).toBe(false);
  server.forget();
  server.cut();
  await vi.waitFor(() => expect(server.hellos).toHaveLength(3));
  await turn();
  expect(signals[1]?.aborted).toBe(true);
});

describe("a topic", () => {
  const push = (topic: string, number: number): Uint8Array =>
    notify(topic, Line.encode({ number }));

  test("is read by all who subscribed, until they do not", async () => {
    const { client, server } = await streaming();
    const first: number[] = [];
    const second: Line[] = [];
    const end = client.subscribe("prices", Line, ({ number }) => first.push(number));
    client.subscribe("prices", Line, (line) => second.push(line));
    server.send(push("prices", 1), push("other", 2), push("prices", 3));
    await turn();
    end();
    server.send(push("prices", 4));
    await turn();
    expect(first).toEqual([1, 3]);
    expect(second.map(({ number }) => number)).toEqual([1, 3, 4]);
  });

  test("goes on when one of its readers throws", async () => {
    const reported = vi.fn();
    vi.stubGlobal("reportError", reported);
    const { client, server } = await streaming();
    const numbers: number[] = [];
    client.subscribe("p", Line, () => {
      throw new Error("a bug of the user's");
    });
    client.subscribe("p", Line, ({ number }) => numbers.push(number));
    server.send(push("p", 1), notify("p", new Uint8Array(3)), push("p", 2));
    await turn();
    expect(numbers).toEqual([1, 2]);
    expect(reported).toHaveBeenCalledTimes(4);
  });

  test("gives its credit back", async () => {
    const { server } = await streaming();
    for (const _ of range(5)) {
      server.send(...range(2000).map((number) => push("nobody reads it", number)));
      await turn();
    }
    expect(server.of("credit").length).toBeGreaterThan(0);
    expect(server.socket.closedWith).toBeUndefined();
  });
});
