// SPDX-License-Identifier: Apache-2.0
// What a page does when a manifest changes. The scripts are texts; what they make are test workers.
import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { AdderClient, adderService } from "../../test/adder.ts";
import { errorOf, wasm } from "../../test/connected.ts";
import { Nursery } from "../../test/nursery.ts";
import { connectWorker } from "./connect-worker.ts";
import { parseManifest } from "./manifest.ts";
import type { SupervisedLink } from "./supervised-link.ts";
import {
  type ManifestEvent,
  type ManifestWatch,
  type ManifestWatchOptions,
  watchManifest,
} from "./watch-manifest.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Answers requests for the manifest and for scripts, which are their own names. */
class Site {
  readonly requests: { readonly path: string; readonly status: number }[] = [];
  /** What each path is answered with; numbers are bad statuses. */
  readonly files = new Map<string, string | number>();

  /** `script` is version's, with the hash of its text unless told. */
  publish(version: string, script: string, hash = sha256(script)): void {
    this.files.set(`/built/${script}`, script);
    const workers = { adder: { url: `built/${script}`, sha256: hash } };
    this.files.set("/workers.json", JSON.stringify({ version, workers }));
  }

  readonly fetch = (async (input: URL, init?: RequestInit) => {
    const path = input.pathname;
    const file = this.files.get(path) ?? 404;
    const etag = `"${sha256(`${file}`)}"`;
    const isKnown = new Headers(init?.headers).get("If-None-Match") === etag;
    const status = typeof file === "number" ? file : isKnown ? 304 : 200;
    this.requests.push({ path, status });
    return new Response(status === 200 ? `${file}` : null, { status, headers: { etag } });
  }) as typeof fetch;

  take(): string[] {
    return this.requests.splice(0).map(({ path, status }) => `${status} ${path}`);
  }
}

const open: { close(): void }[] = [];
const manifestUrl = "http://test/workers.json";
let site: Site;
let made: string[];
let link: SupervisedLink;

/** Answers with its version. */
const workersOf = (sum: number): Nursery => {
  const nursery = new Nursery((page) => page.serve(adderService({ add: () => ({ sum }) })));
  open.push(nursery);
  return nursery;
};

beforeEach(async () => {
  site = new Site();
  site.publish("one", "1.js");
  made = [];
  link = connectWorker(workersOf(1).make, { wasm, bus: "none" });
  open.push(link);
  await answer();
});

afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

async function answer(): Promise<number> {
  return (await new AdderClient(link).add({})).sum;
}

function watch(options: Partial<ManifestWatchOptions> = {}): ManifestWatch {
  return watchManifest(manifestUrl, link, {
    name: "adder",
    intervalMs: 0,
    fetch: site.fetch,
    make: ({ url, bytes, version }) => {
      made.push(`${url} ${new TextDecoder().decode(bytes)} ${version}`);
      return workersOf(2).make();
    },
    ...options,
  });
}

describe("a manifest", () => {
  test("that is new names what runs; what changes after is swapped", async () => {
    const watching = watch();
    expect(watching.version).toBeUndefined();
    expect(await watching.check()).toBe(false);
    expect(watching.version).toBe("one");
    expect(site.take()).toEqual(["200 /workers.json"]);
    expect(await watching.check()).toBe(false);
    expect(site.take()).toEqual(["304 /workers.json"]);

    site.publish("two", "2.js");
    const events: ManifestEvent[] = [];
    watching.onEvent((event) => events.push(event));
    expect(await watching.check()).toBe(true);
    expect(site.take()).toEqual(["200 /workers.json", "200 /built/2.js"]);
    expect(made).toEqual(["http://test/built/2.js 2.js two"]);
    expect(await answer()).toBe(2);
    expect(watching.version).toBe("two");
    expect(events).toEqual([{ version: "two", error: undefined }]);
    expect(await watching.check()).toBe(false);
    expect(site.take()).toEqual(["304 /workers.json"]);
  });

  test("whose worker is the same makes nothing new", async () => {
    const watching = watch();
    await watching.check();
    site.publish("two", "1.js");
    expect(await watching.check()).toBe(false);
    expect(watching.version).toBe("two");
    expect(made).toEqual([]);
  });

  test("is held against the script that runs, where that is told", async () => {
    expect(await watch({ sha256: sha256("1.js").toUpperCase() }).check()).toBe(false);
    expect(await watch({ sha256: sha256("0.js") }).check()).toBe(true);
  });

  test("is looked at as often as is wanted, until the worker is closed", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const watching = watch({ intervalMs: 1000 });
    const event = new Promise<ManifestEvent>((resolve) => {
      watching.onEvent(resolve);
    });
    await watching.check();
    site.publish("two", "2.js");
    vi.advanceTimersByTime(999);
    expect(site.take()).toEqual(["200 /workers.json"]);
    vi.advanceTimersByTime(1);
    expect(await event).toEqual({ version: "two", error: undefined });
    expect(vi.getTimerCount()).toBe(1);
    link.close();
    await link.closed;
    await undefined;
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });

  test("is looked at once by two who ask at one time", async () => {
    const watching = watch();
    await Promise.all([watching.check(), watching.check()]);
    expect(site.take()).toEqual(["200 /workers.json"]);
  });
});

describe("a version is refused, and not tried again before the manifest changes,", () => {
  async function refused(watching: ManifestWatch, words: RegExp): Promise<void> {
    const events: ManifestEvent[] = [];
    const leave = watching.onEvent((event) => events.push(event));
    expect(await errorOf(watching.check())).toMatch(words);
    leave();
    expect(events).toMatchObject([{ version: "two", error: watching.refused }]);
    expect(watching.version).toBe("one");
    expect(await answer()).toBe(1);
    site.take();
    const count = made.length;
    expect(await watching.check()).toBe(false);
    expect(site.take()).toEqual(["304 /workers.json"]);
    expect(made).toHaveLength(count);
    site.files.set("/workers.json", `${site.files.get("/workers.json")} `); // another ETag
    expect(await watching.check()).toBe(false);
    expect(site.take()).toEqual(["200 /workers.json"]);
  }

  test("when its hash is wrong", async () => {
    const watching = watch();
    await watching.check();
    site.publish("two", "2.js", "0".repeat(64));
    const found = sha256("2.js");
    const words = new RegExp(
      `^failed_precondition: http://test/built/2.js is not the script that version two .* not started: its SHA-256 is ${found}, not 0{64}$`,
    );
    await refused(watching, words);
    expect(made).toEqual([]);
    site.publish("three", "2.js");
    expect(await watching.check()).toBe(true);
    expect(watching.refused).toBeUndefined();
    expect(await answer()).toBe(2);
  });

  test("when it does not start", async () => {
    const watching = watch({
      make: () => {
        made.push("broken");
        throw new Error("it is broken");
      },
    });
    await watching.check();
    site.publish("two", "2.js");
    await refused(watching, /^unavailable: the successor did not start, .*: it is broken/);
    expect(made).toEqual(["broken"]);
  });

  test("when it does not fit", async () => {
    const nursery = new Nursery(() => {});
    open.push(nursery);
    const watching = watch({ make: nursery.make });
    await watching.check();
    site.publish("two", "2.js");
    await refused(watching, /^failed_precondition: .*it does not serve Adder.add/);
  });
});

describe("a look that fails is repeated", () => {
  test("when the manifest or the script cannot be fetched", async () => {
    const watching = watch();
    await watching.check();
    site.publish("two", "2.js");
    const manifest = site.files.get("/workers.json") ?? "";
    site.files.set("/workers.json", 503);
    expect(await errorOf(watching.check())).toMatch(/^unavailable: .* is answered with 503/);
    site.files.set("/workers.json", manifest);
    site.files.set("/built/2.js", 404);
    expect(await errorOf(watching.check())).toMatch(/^unavailable: .* is answered with 404/);
    expect(watching.refused).toBeUndefined();
    site.files.set("/built/2.js", "2.js");
    expect(await watching.check()).toBe(true);
  });

  test("when there is no network", async () => {
    const fetch = () => Promise.reject(new TypeError("Failed to fetch"));
    expect(await errorOf(watch({ fetch }).check())).toBe("unavailable: Failed to fetch");
  });

  test("when somebody else swaps meanwhile", async () => {
    const watching = watch();
    await watching.check();
    site.publish("two", "2.js");
    const silent = new Nursery();
    open.push(silent);
    const other = errorOf(link.swap(silent.make));
    expect(await errorOf(watching.check())).toMatch(/^aborted: /);
    (await silent.worker(0)).fail("no");
    await other;
    expect(await watching.check()).toBe(true);
  });
});

test("a worker that the manifest does not name is said so", async () => {
  expect(await errorOf(watch({ name: "toString" }).check())).toBe(
    'not_found: http://test/workers.json names no worker "toString"',
  );
});

test.each([
  ["<html>", /it is not JSON/],
  ["[]", /no `version`/],
  ['{"version":1,"workers":{}}', /no `version`/],
  ['{"version":"1","workers":[]}', /no `workers`/],
  ['{"version":"1","workers":{"a":{"url":"a.js","sha256":"xyz"}}}', /"a" has no `url`, or no/],
  ['{"version":"1","workers":{"a":null}}', /"a" has no `url`, or no/],
])("%s is no manifest", (text, words) => {
  expect(() => parseManifest(text, "here")).toThrow(words);
});
