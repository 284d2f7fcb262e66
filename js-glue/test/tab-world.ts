// SPDX-License-Identifier: Apache-2.0
// What tabs of one browser have between them, for tests: locks, channels, and tabs that freeze. A
// message arrives as a task, in the order sent; what comes to a frozen tab waits.
import type { ChannelConstructor } from "../src/tabs/channel.ts";

interface Request {
  readonly run: () => Promise<unknown>;
}

interface Holding {
  readonly end: (thrown: unknown) => void;
}

const abortError = () => new DOMException("aborted", "AbortError");

export class TabWorld {
  readonly #channels = new Set<FakeChannel>();
  readonly #queue: Request[] = [];
  #holding: Holding | undefined;

  /** A tab's own constructor of channels, and its freezing. */
  tab(): FakeTab {
    return new FakeTab(this.#channels);
  }

  /** One lock: its name does not matter here. */
  readonly locks = {
    request: (
      _name: string,
      { steal, signal }: { steal?: boolean; signal?: AbortSignal },
      callback: () => Promise<unknown> | undefined,
    ): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const run = (): Promise<unknown> =>
          new Promise((over) => {
            const holding: Holding = { end: reject };
            this.#holding = holding;
            void Promise.resolve(callback()).then((value) => {
              resolve(value);
              if (this.#holding === holding) this.#holding = undefined;
              over(undefined);
              this.#grant();
            });
          });
        const request: Request = { run };
        signal?.addEventListener("abort", () => {
          const at = this.#queue.indexOf(request);
          if (at < 0) return;
          this.#queue.splice(at, 1);
          reject(abortError());
        });
        if (steal) {
          this.#holding?.end(abortError());
          this.#holding = undefined;
          this.#queue.unshift(request);
        } else {
          this.#queue.push(request);
        }
        setTimeout(() => this.#grant());
      }),
  } as unknown as LockManager;

  #grant(): void {
    if (this.#holding !== undefined) return;
    void this.#queue.shift()?.run();
  }
}

export class FakeTab {
  readonly channel: ChannelConstructor;
  #waiting: (() => void)[] | undefined;

  constructor(channels: Set<FakeChannel>) {
    const tab = this;
    this.channel = class extends FakeChannel {
      constructor(name: string) {
        super(name, channels, tab);
      }
    } as unknown as ChannelConstructor;
  }

  /** Nothing reaches it until thaw(). */
  freeze(): void {
    this.#waiting = [];
  }

  thaw(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    for (const each of waiting) each();
  }

  deliver(run: () => void): void {
    if (this.#waiting === undefined) run();
    else this.#waiting.push(run);
  }
}

class FakeChannel {
  onmessage: ((event: MessageEvent) => void) | null = null;
  readonly #name: string;
  readonly #all: Set<FakeChannel>;
  readonly #tab: FakeTab;

  constructor(name: string, all: Set<FakeChannel>, tab: FakeTab) {
    this.#name = name;
    this.#all = all;
    this.#tab = tab;
    all.add(this);
  }

  postMessage(message: unknown): void {
    for (const other of this.#all) {
      if (other === this || other.#name !== this.#name) continue;
      const data = structuredClone(message);
      const receive = () => {
        if (this.#all.has(other)) other.onmessage?.(new MessageEvent("message", { data }));
      };
      setTimeout(() => other.#tab.deliver(receive));
    }
  }

  close(): void {
    this.#all.delete(this);
  }
}
