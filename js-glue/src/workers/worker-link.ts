// SPDX-License-Identifier: Apache-2.0
// A page's end: a worker that serves, and may call what the page serves. However the worker ends,
// calls in flight end with it: it does not start, is terminated, crashes, or hangs.
import { endThatAccepts, RpcError } from "../index.ts";
import { isReady, type Welcome } from "./greeting.ts";
import { PortLink, type PortLinkOptions } from "./port-link.ts";

export interface WorkerLinkOptions extends PortLinkOptions {
  /** Milliseconds a worker may take until it has called connectPage(). */
  readonly startTimeoutMs?: number | undefined;
}

const startTimeoutMsDefault = 30_000;

export class WorkerLink extends PortLink {
  protected override readonly leftWords = "the worker has left";
  protected override readonly silentWords = "the worker hangs: it gives no sign of life";
  readonly #worker: Worker;
  readonly #watch = new AbortController();
  #startTimer: ReturnType<typeof setTimeout> | undefined;

  /** For connectWorker(). */
  constructor(worker: Worker, options: WorkerLinkOptions) {
    super(endThatAccepts, options);
    this.#worker = worker;
    const { signal } = this.#watch;
    worker.addEventListener("message", this.#onMessage);
    worker.addEventListener("error", this.#onError, { signal });
    const startTimeoutMs = options.startTimeoutMs ?? startTimeoutMsDefault;
    this.#startTimer = setTimeout(() => {
      const reason = `the worker has not called connectPage() within ${startTimeoutMs} ms`;
      this.end(new RpcError("unavailable", reason));
    }, startTimeoutMs);
  }

  readonly #onMessage = ({ data }: MessageEvent<unknown>): void => {
    if (!isReady(data)) return; // the user's own
    this.#worker.removeEventListener("message", this.#onMessage);
    this.#started();
    const { port1, port2 } = new MessageChannel();
    const welcome: Welcome = { cortado: "welcome", port: port2 };
    this.#worker.postMessage(welcome, [port2]);
    void this.meet(port1);
    if (data.lock !== undefined && !this.#watch.signal.aborted) void this.#outlive(data.lock);
  };

  /** Later ones are the user's to hear: a worker lives on after them. */
  readonly #onError = (event: ErrorEvent): void => {
    if (this.#startTimer === undefined) return;
    const { message, filename, lineno } = event;
    const what = message ? `${message} (${filename}:${lineno})` : "its script does not load";
    this.end(new RpcError("unavailable", `the worker did not start: ${what}`));
  };

  #started(): void {
    clearTimeout(this.#startTimer);
    this.#startTimer = undefined;
  }

  /** The browser gives the lock away when the worker has ended, however it did. */
  async #outlive(lock: string): Promise<void> {
    const { signal } = this.#watch;
    try {
      await navigator.locks.request(lock, { signal }, () => {
        this.end(new RpcError("unavailable", "the worker has ended: terminated, or crashed"));
      });
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
    }
  }

  protected override end(error: RpcError): void {
    this.#started();
    this.#watch.abort();
    super.end(error);
  }
}

/**
 * A worker as a channel for generated clients: `new ImagingClient(connectWorker(worker))`. At once:
 * calls wait until the worker has called connectPage(). Call it in the turn in which the worker is
 * made, so that no message is missed.
 */
export function connectWorker(worker: Worker, options: WorkerLinkOptions = {}): WorkerLink {
  return new WorkerLink(worker, options);
}
