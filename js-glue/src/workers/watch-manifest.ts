// SPDX-License-Identifier: Apache-2.0
// Keeps a worker at the version that a manifest names: looks at it from time to time, and swaps the
// worker when its entry has changed and the script is what the entry says.
import { RpcError, type StatusCode } from "../index.ts";
import type { Crew } from "./crew.ts";
import { type ManifestEntry, parseManifest, sha256Of } from "./manifest.ts";

/** A script that was fetched, and whose hash is right. */
export interface ManifestScript {
  readonly name: string;
  /** The manifest's. */
  readonly version: string;
  readonly url: URL;
  /** Exactly what was checked. What a worker fetches from `url` is so only as far as the cache goes. */
  readonly bytes: ArrayBuffer;
}

export interface ManifestWatchOptions {
  /** What the manifest calls the worker. */
  readonly name: string;
  /** Of the script that runs now; without it that is what the first manifest names. */
  readonly sha256?: string | undefined;
  /** Milliseconds between two looks; 0: only check() looks. Default: 60,000. */
  readonly intervalMs?: number | undefined;
  /** Default: a module worker of the script's address. */
  readonly make?: ((script: ManifestScript) => Worker) | undefined;
  /** See SwapOptions. */
  readonly drainMs?: number | undefined;
  /** Instead of the global one. */
  readonly fetch?: typeof fetch | undefined;
}

/** The worker was swapped, or, with an error, it could not be. */
export interface ManifestEvent {
  /** Of the manifest; undefined where that could not be read. */
  readonly version: string | undefined;
  readonly error: RpcError | undefined;
}

const intervalMsDefault = 60_000;

/** What a swap fails with that says nothing of the script. */
const notIts: readonly StatusCode[] = ["aborted", "cancelled"];

interface Read {
  readonly version: string;
  readonly entry: ManifestEntry;
  readonly etag: string | null;
}

export class ManifestWatch {
  readonly #url: URL;
  readonly #target: Pick<Crew, "swap" | "closed">;
  readonly #options: ManifestWatchOptions;
  readonly #listeners = new Set<(event: ManifestEvent) => void>();
  readonly #timer: ReturnType<typeof setInterval> | undefined;
  #checking: Promise<boolean> | undefined;
  /** Of the manifest that needs no second look. */
  #etag: string | null = null;
  #running: string | undefined;
  #version: string | undefined;
  #failed: { readonly what: string; readonly error: RpcError } | undefined;

  /** For watchManifest(). */
  constructor(
    url: string | URL,
    target: Pick<Crew, "swap" | "closed">,
    options: ManifestWatchOptions,
  ) {
    this.#url = new URL(url, globalThis.location?.href);
    this.#target = target;
    this.#options = options;
    this.#running = options.sha256?.toLowerCase();
    const { intervalMs = intervalMsDefault } = options;
    if (intervalMs > 0) this.#timer = setInterval(this.#look, intervalMs);
    void target.closed.then(() => this.stop());
  }

  /** The manifest's of what runs; undefined until that is known. */
  get version(): string | undefined {
    return this.#version;
  }

  /** Why the version that the manifest names was refused; it is not tried again. */
  get refused(): RpcError | undefined {
    return this.#failed?.error;
  }

  /** Tells what comes of the manifest's changes. Returns what ends it. */
  onEvent(listener: (event: ManifestEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Looks no more. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /**
   * Looks now: fulfilled with whether the worker was swapped. Rejects when the manifest or the script
   * cannot be fetched, which the next look tries again, and when a version is refused, as its
   * hash is wrong or its worker does not start or does not fit; that version is not tried again.
   */
  check(): Promise<boolean> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  readonly #look = (): void => {
    this.check().catch(() => {}); // who listens has been told
  };

  async #check(): Promise<boolean> {
    let version: string | undefined;
    try {
      const read = await this.#read();
      if (read === undefined) return false;
      version = read.version;
      const isSwapped = await this.#follow(read);
      this.#etag = read.etag;
      if (isSwapped) this.#tell({ version, error: undefined });
      return isSwapped;
    } catch (thrown) {
      const error = RpcError.from(thrown, "unavailable");
      this.#tell({ version, error });
      throw error;
    }
  }

  /** undefined: it has not changed. */
  async #read(): Promise<Read | undefined> {
    const headers = this.#etag === null ? {} : { "If-None-Match": this.#etag };
    const response = await this.#fetch(this.#url, { headers, cache: "no-store" });
    if (response.status === 304) return undefined;
    const { version, workers } = parseManifest(await bodyOf(response).text(), this.#url.href);
    const { name } = this.#options;
    const entry = Object.hasOwn(workers, name) ? workers[name] : undefined;
    if (entry !== undefined) return { version, entry, etag: response.headers.get("etag") };
    throw new RpcError("not_found", `${this.#url} names no worker "${name}"`);
  }

  async #follow({ version, entry, etag }: Read): Promise<boolean> {
    const sha256 = entry.sha256.toLowerCase();
    this.#running ??= sha256;
    if (sha256 === this.#running) {
      this.#version = version;
      this.#failed = undefined;
      return false;
    }
    const what = `${version} ${entry.url} ${sha256}`;
    if (this.#failed?.what === what) return false;
    const url = new URL(entry.url, this.#url);
    // Asks the server whether a cached one is right: so the worker gets the same.
    const bytes = await bodyOf(await this.#fetch(url, { cache: "no-cache" })).arrayBuffer();
    const found = await sha256Of(bytes);
    try {
      if (found !== sha256) throw wrongHash(url, version, sha256, found);
      const { make = makeModuleWorker, name, drainMs } = this.#options;
      const script = { name, version, url, bytes };
      await this.#target.swap(() => make(script), { drainMs });
    } catch (thrown) {
      const error = RpcError.from(thrown);
      if (notIts.includes(error.code)) throw error;
      this.#failed = { what, error };
      this.#etag = etag;
      throw error;
    }
    this.#running = sha256;
    this.#version = version;
    this.#failed = undefined;
    return true;
  }

  #fetch(url: URL, init: RequestInit): Promise<Response> {
    const { fetch: given } = this.#options;
    return given === undefined ? fetch(url, init) : given(url, init);
  }

  #tell(event: ManifestEvent): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(event);
      } catch (thrown) {
        reportError(thrown); // the user's bug is the user's to see
      }
    }
  }
}

function bodyOf(response: Response): Response {
  if (response.ok) return response;
  throw new RpcError("unavailable", `${response.url} is answered with ${response.status}`);
}

function wrongHash(url: URL, version: string, stated: string, found: string): RpcError {
  const reason =
    `${url} is not the script that version ${version} of the manifest names, and was not started: ` +
    `its SHA-256 is ${found}, not ${stated}`;
  return new RpcError("failed_precondition", reason);
}

function makeModuleWorker({ url, name }: ManifestScript): Worker {
  return new Worker(url, { type: "module", name });
}

/**
 * Keeps `target`, which is a pool or what connectWorker() makes of a function, at the version of a
 * worker that a manifest names, until it is closed.
 */
export function watchManifest(
  url: string | URL,
  target: Pick<Crew, "swap" | "closed">,
  options: ManifestWatchOptions,
): ManifestWatch {
  return new ManifestWatch(url, target, options);
}
