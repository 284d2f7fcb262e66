// SPDX-License-Identifier: Apache-2.0
// What the generator prints of schemas whose names are hazards: it compiles under the strictest
// options a user may have, and runs.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { describe, expect, test } from "vitest";
import * as main from "../../../codegen/golden/imports/main.cortado.ts";
import type * as shared from "../../../codegen/golden/imports/shared.cortado.ts";
import * as interfaces from "../../../codegen/golden/interfaces.cortado.ts";
import * as clash from "../../../codegen/golden/name_clash.cortado.ts";
import * as nested from "../../../codegen/golden/nested_scopes.cortado.ts";
import * as words from "../../../codegen/golden/reserved_words.cortado.ts";
import * as streams from "../../../codegen/golden/streams.cortado.ts";
import type { CallOptions, Channel, ItemStream, Items, MethodDescriptor } from "./index.ts";

/** Answers every call with defaults, and notes what it was called with, through the codecs. */
class Echo implements Channel {
  readonly calls: { method: string; params: unknown; options: CallOptions | undefined }[] = [];
  /** Of the calls that are streams: which function was used. */
  readonly streams: string[] = [];

  call<P, R>(method: MethodDescriptor<P, R>, params: P, options?: CallOptions): Promise<R> {
    const received = method.params.decode(method.params.encode(params));
    this.calls.push({ method: `${method.service}.${method.name}`, params: received, options });
    return Promise.resolve(method.results.decode(method.results.encode({})));
  }

  watch<P, R>(method: MethodDescriptor<P, R>, params: P, options?: CallOptions): ItemStream<R> {
    this.streams.push(`watch ${method.name} ${method.kind}`);
    return new OneItem(this.call(method, params, options));
  }

  async upload<P, R>(
    method: MethodDescriptor<P, R>,
    items: Items<P>,
    options?: CallOptions,
  ): Promise<R> {
    this.streams.push(`upload ${method.name} ${method.kind}`);
    let last: Promise<R> | undefined;
    for await (const item of items) last = this.call(method, item, options);
    if (last === undefined) throw new Error("nothing was uploaded");
    return last;
  }

  chat<P, R>(
    method: MethodDescriptor<P, R>,
    items: Items<P>,
    options?: CallOptions,
  ): ItemStream<R> {
    this.streams.push(`chat ${method.name} ${method.kind}`);
    return new OneItem(this.upload(method, items, options));
  }
}

class OneItem<T> implements ItemStream<T> {
  readonly #item: Promise<T>;
  constructor(item: Promise<T>) {
    this.#item = item;
  }
  async forEach(callback: (item: T) => void): Promise<void> {
    callback(await this.#item);
  }
  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    yield await this.#item;
  }
  close(): void {}
}

test("compiles with every strict option", { timeout: 60_000 }, () => {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const compiler = `${root}node_modules/typescript/bin/tsc`;
  const run = spawnSync(process.execPath, [compiler, "-p", `${root}codegen`], { encoding: "utf8" });
  expect(run.stdout).toBe("");
  expect(run.status).toBe(0);
});

test("what nobody imports by name is dropped by a bundler", () => {
  const root = fileURLToPath(new URL("../../..", import.meta.url));
  const bundle = (contents: string) =>
    buildSync({
      stdin: { contents, resolveDir: `${root}codegen/golden`, loader: "ts" },
      alias: { "cortado/codec": `${root}js-glue/src/codec/index.ts` },
      bundle: true,
      write: false,
      minify: true,
      format: "esm",
      target: "es2022",
    }).outputFiles[0]?.text.trim();
  expect(bundle(`import * as unused from "./unions.cortado.ts";`)).toBe("");
  expect(bundle(`import * as unused from "./interfaces.cortado.ts";`)).toBe("");
  expect(bundle(`import * as unused from "./constants.cortado.ts";`)).toBe("");
  const point = bundle(`export { Point } from "./unions.cortado.ts";`);
  expect(point).not.toMatch("polygon");
  expect(point).not.toMatch("getBigInt64");
  expect(point).not.toMatch("Float64");
});

describe("clients and services", () => {
  test("call by descriptors that have all that the schema says", async () => {
    const echo = new Echo();
    const client = new interfaces.AnnotatedClient(echo);
    const results = await client.read({ symbol: "A", count: 3 }, { timeoutMs: 50 });
    expect(results).toEqual({ symbol: "", price: 0 });
    expect(echo.calls).toEqual([
      {
        method: "Annotated.read",
        params: { symbol: "A", count: 3, side: "buy" },
        options: { timeoutMs: 50 },
      },
    ]);
    expect(interfaces.Annotated.id).toBe(0xfead41b83de048c5n);
    const { read, write } = interfaces.Annotated.methods;
    expect(read).toMatchObject({
      service: "Annotated",
      name: "read",
      interfaceIdHigh: 0xfead41b8,
      interfaceIdLow: 0x3de048c5,
      ordinal: 0,
      idempotent: true,
      deadlineMs: 1000,
      cacheTtlMs: 5000,
    });
    expect(write).toMatchObject({ ordinal: 1, idempotent: true, deadlineMs: 250, cacheTtlMs: 0 });
    expect(read).not.toHaveProperty("kind");
    expect(interfaces.Annotated.methods.watch.kind).toBe(2);
    expect(interfaces.Annotated.methods.upload.kind).toBe(1);
  });

  test("without methods or params", async () => {
    expect(interfaces.Empty.methods).toEqual({});
    expect(new interfaces.EmptyClient(new Echo())).toBeInstanceOf(interfaces.EmptyClient);
    const echo = new Echo();
    expect(await new interfaces.ManyClient(echo).m20()).toEqual({});
    expect(echo.calls[0]?.method).toBe("Many.m20");
  });

  test("of nested interfaces have the whole name", async () => {
    const echo = new Echo();
    await new nested.Exchange_MarketClient(echo).quote({ symbol: "A" });
    expect(echo.calls[0]?.method).toBe("Exchange.Market.quote");
    expect(nested.Exchange_Market.name).toBe("Exchange.Market");
  });

  test("with methods named as words and as members of objects", async () => {
    const echo = new Echo();
    const client = new words.MapClient(echo);
    await client.delete({ class: 1, new: "n" });
    await client.new({ options: 5 });
    await client.then_();
    await client.constructor_();
    expect(echo.calls.map(({ method }) => method)).toEqual([
      "Map.delete",
      "Map.new",
      "Map.then",
      "Map.constructor",
    ]);
    // With a method `then` awaiting the client would call the server.
    expect(await client).toBe(client);
  });
});

describe("streams", () => {
  test("of each kind go by their own function, with items where there were params", async () => {
    const echo = new Echo();
    const feed = new streams.FeedClient(echo);
    const lines: streams.LineInit[] = [{ text: "a" }, { text: "b", number: 2 }];
    for await (const line of feed.watch({ name: "n" })) expect(line.text).toBe("");
    for await (const line of feed.all()) expect(line.number).toBe(0);
    expect(await feed.upload(lines)).toEqual({ size: 0n, count: 0 });
    await feed.chat(lines).forEach(({ from }) => {
      expect(from).toBe("");
    });
    for await (const line of feed.then_()) expect(line.text).toBe("");
    await feed.new([{ items: { clash: 1 } }]);
    expect(echo.streams).toEqual([
      "watch watch 2",
      "watch all 2",
      "upload upload 1",
      "chat chat 3",
      "upload chat 3", // by Echo itself
      "watch then 2",
      "upload new 1",
    ]);
    expect(echo.calls.map(({ params }) => params)).toContainEqual({ text: "b", number: 2 });
    expect(await feed).toBe(feed);
  });

  test("are all that an interface may have", () => {
    expect(Object.keys(streams.Sequences.methods)).toEqual(["count"]);
    expect(new streams.SequencesClient(new Echo()).count({ to: 3 })).toBeInstanceOf(OneItem);
  });
});

test("a service is its descriptor and what implements it, under a name that is free", () => {
  const implementation = { getUrl: () => ({}), getURL: () => ({}), quote: () => ({}) };
  const service = clash.marketService(implementation);
  expect(service).toEqual({ descriptor: clash.Market, implementation });
  expect(streams.feedService).toBe(7); // the schema's own
  expect(streams.feedService_).toBeInstanceOf(Function);
});

describe("names", () => {
  test("that clash get an underscore, the schema's own ones never", () => {
    expect(clash.MarketClient.decode(clash.MarketClient.encode({ clash: 1 }))).toEqual({
      clash: 1,
    });
    expect(clash.QuoteInit.decode(clash.QuoteInit.encode({ clash: 2 }))).toEqual({ clash: 2 });
    expect(clash.Promise_.decode(clash.Promise_.encode({ clash: 3 }))).toEqual({ clash: 3 });
    const init: clash.QuoteInit_ = { price: 4 };
    expect(clash.Quote.decode(clash.Quote.encode(init))).toEqual({ price: 4 });
    expect(new clash.MarketClient_(new Echo())).toBeDefined();
    const shape: clash.Shape = { circle: { radius: 1 }, text: "t", string: "s" };
    expect(clash.Shape.decode(clash.Shape.encode(shape))).toEqual(shape);
  });

  test("of members that every object has get an underscore", () => {
    const empty = words.Words.decode(words.Words.encode({}));
    expect(empty).toMatchObject({ constructor_: 0, toString_: 0, hasOwnProperty_: false });
    const value: words.WordsInit = { class: 1, default: "d", constructor_: 1.5, which: "coAwait" };
    expect(words.Words.decode(words.Words.encode(value))).toMatchObject(value);
  });

  test("which is taken by the union where there is one", () => {
    const { Choice } = words;
    const value: words.Choice = { which: "which_", which_: 5 };
    expect(Choice.decode(Choice.encode(value))).toEqual(value);
    const group: words.Choice = { which: "union", union: { struct: 1, which: "new" } };
    expect(Choice.decode(Choice.encode(group))).toEqual(group);
  });

  test("of scopes are joined", () => {
    const value: nested.Outer = {
      inner: { innermost: { depth: 1, color: "red" }, color: "green" },
      color: "magenta",
      list: [{ depth: 3, color: "blue" }],
    };
    expect(nested.Outer.decode(nested.Outer.encode(value))).toEqual(value);
    expect(nested.Outer_Inner_Innermost.decode(nested.Outer_Inner_Innermost.encode({}))).toEqual({
      depth: 3,
      color: "blue",
    });
    expect(nested.Outer_answer).toBe(42);
    expect(nested.Outer_Color).toEqual(["cyan", "magenta"]);
  });
});

test("types of other files are imported from where they were generated", async () => {
  const value: main.Local = {
    shared: { text: "s", color: "red" },
    deeper: { shared: { text: "d", color: "green" }, again: {} },
    color: "red",
    nested: [{ number: 5 }],
  };
  expect(main.Local.decode(main.Local.encode(value))).toEqual(value);
  expect(main.Local.decode(main.Local.encode({}))).toEqual({ color: "green", nested: [] });
  const echo = new Echo();
  const init: shared.SharedInit = { text: "t" };
  expect(await new main.ServiceClient(echo).exchange(init)).toEqual({});
  expect(echo.calls[0]?.params).toEqual({ text: "t", color: "red" });
});
