// SPDX-License-Identifier: Apache-2.0
// A worker that calls what it does not serve: the page, another worker, the server; and does so
// without promises. It does what the page tells it by messages, and says what came of it.
import { connectPage, syncClient } from "cortado/workers";
import {
  FeedClient,
  type FeedService,
  feedService,
  PageClient,
} from "../../generated/feed.cortado.ts";
import { ProbeClient, type ProbeService, probeService } from "../../generated/probe.cortado.ts";

const how = new URL(location.href).searchParams;
const page = connectPage();
const probe = new ProbeClient(page);

/** `repeat`: how often. */
export interface Task {
  readonly task: keyof typeof tasks;
  readonly repeat: number;
  /** Becomes 1 when it is done. */
  readonly done?: Int32Array;
}

const tasks = {
  /** Texts that somebody answered who serves Probe. */
  async echo(): Promise<string> {
    return (await probe.echo({ value: { text: "hello" } })).value?.text ?? "";
  },
  async stream(): Promise<string> {
    let sum = 0n;
    for await (const { value } of new FeedClient(page).count({ to: 100n })) sum += value;
    return String(sum);
  },
  async bytes(): Promise<string> {
    const data = new Uint8Array(300_000).fill(1);
    const { size, sum } = await probe.digest({ data });
    return `${size} ${sum}`;
  },
  syncPage(): string {
    return String(syncClient(PageClient, page).add({ left: 1n, right: 2n }).sum);
  },
  syncEcho(): string {
    return syncClient(ProbeClient, page).echo({ value: { text: "hello" } }).value?.text ?? "";
  },
  /** Who serves Probe calls back, while this worker waits for it. */
  syncBack(): string {
    return syncClient(ProbeClient, page).echo({ value: { text: "back" } }).value?.text ?? "";
  },
  syncFail(): string {
    syncClient(ProbeClient, page).fail({ code: 5, message: "none such", hint: "" });
    return "no error";
  },
  syncLate(): string {
    syncClient(ProbeClient, page).never({}, { timeoutMs: 50 });
    return "no error";
  },
};

if (how.has("feed")) {
  const feed: Partial<FeedService> = { askPage: () => ({ sum: 1n }) };
  page.serve(feedService(feed as FeedService));
}
if (how.has("probe")) {
  const served: Partial<ProbeService> = {
    echo({ value }) {
      if (value?.text !== "back") return { value };
      // What it is told it tells: the error of the call back.
      try {
        syncClient(FeedClient, page).askPage({ to: 0n });
        return { value: { text: "no error" } };
      } catch (thrown) {
        return { value: { text: String(thrown) } };
      }
    },
  };
  page.serve(probeService(served as ProbeService));
}

addEventListener("message", async ({ data }: MessageEvent<Task>) => {
  if (data.task === undefined) return;
  await page.ready;
  const seen = new Set<string>();
  try {
    for (let count = 0; count < data.repeat; count += 1) seen.add(await tasks[data.task]());
  } catch (thrown) {
    seen.add(String(thrown));
  }
  if (data.done !== undefined) Atomics.store(data.done, 0, 1);
  postMessage({ told: [...seen] });
});
