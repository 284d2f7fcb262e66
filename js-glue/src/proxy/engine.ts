// SPDX-License-Identifier: Apache-2.0
// The engine as a host uses it: requests, responses and what is stored in, decisions out. Knows no
// fetch, no storage and no clock. A host asks about one request in this order:
//
//   const asked = engine.ask(request);                  look_up, bypass or change
//   let decision = asked.decide(storedUnder(asked.key), nowMs);
//   decision = asked.received(response, stored, askedMs, nowMs);   or failed()
//
// `stored` is the entry that decide() named, if it named one; what each Action asks of the host is said
// in client-wasm/proxy/proxy.capnp.
import { configurationText, type ProxyConfiguration } from "./configuration.ts";
import { type Decision, type Eviction, ProxyModule } from "./proxy-module.ts";

/** What a host keeps beside a body. */
export interface StoredEntry {
  /** Of a Decision, unchanged. */
  readonly record: string;
  readonly bodySize: number;
}

/** A call, as its method is annotated. */
export interface CachedCall {
  readonly interfaceId: bigint;
  readonly ordinal: number;
  /** How long its results are fresh; 0: not at all, unless a route says so. */
  readonly ttlMs: number;
  readonly scope: "identity" | "public";
  readonly tags: readonly string[];
}

export type HeaderLines = [name: string, value: string][];

/** The lines of a Decision, for `new Headers()` and `new Response()`. */
export function headerLines(text: string): HeaderLines {
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line) => {
    const colon = line.indexOf(": ");
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
}

/** The headers that a request to the network gets by a Decision to fetch. */
export function withRequestHeaders(headers: Headers, decision: Decision): Headers {
  const changed = new Headers(headers);
  for (const [name, value] of headerLines(decision.requestHeaders)) {
    if (value === "") changed.delete(name);
    else changed.set(name, value);
  }
  return changed;
}

/** One request, or call, of which the engine is asked. */
export class Asked {
  /** look_up, bypass or change. */
  readonly decision: Decision;
  readonly #module: ProxyModule;
  readonly #head: string;

  constructor(module: ProxyModule, head: string, params?: Uint8Array) {
    this.#module = module;
    this.#head = head;
    this.decision = module.route(head, params);
  }

  /** Under which it is stored. */
  get key(): string {
    return this.decision.key;
  }

  /** `stored`: all that is stored under the key. */
  decide(stored: readonly StoredEntry[], nowMs: number): Decision {
    return this.#module.decide(this.#route, this.#head + stored.map(entryText).join(""), nowMs);
  }

  /** @param response undefined: a call was answered with results. */
  received(
    response: Response | undefined,
    stored: StoredEntry | undefined,
    askedMs: number,
    nowMs: number,
  ): Decision {
    const text = this.#head + responseHead(response) + (stored ? entryText(stored) : "");
    return this.#module.received(this.#route, text, askedMs, nowMs);
  }

  /** The network has failed; or, with `isTimeout`, the decision's time-out is over. */
  failed(stored: StoredEntry | undefined, isTimeout: boolean, nowMs: number): Decision {
    const text = this.#head + (stored ? entryText(stored) : "");
    return this.#module.failed(this.#route, text, isTimeout, nowMs);
  }

  /** After a decision to change: the keys that are void by the answer. */
  changed(response: Response): string[] {
    return this.#module.changed(this.#head + responseHead(response));
  }

  get #route(): number {
    if (this.decision.route === undefined) throw new Error("not looked up: see its decision");
    return this.decision.route;
  }
}

export class ProxyEngine {
  readonly #module: ProxyModule;

  /** @throws {Error} if the configuration makes no sense: it names the route and the cure. */
  constructor(module: WebAssembly.Module, configuration: ProxyConfiguration) {
    this.#module = new ProxyModule(module);
    this.configure(configuration);
  }

  /** @throws {Error} as the constructor; then the one before it stays. */
  configure(configuration: ProxyConfiguration): void {
    this.#module.configure(configurationText(configuration));
  }

  ask(request: Request): Asked {
    return new Asked(this.#module, requestHead(request));
  }

  /** @param params canonical: the same call has the same bytes. */
  askCall(call: CachedCall, params: Uint8Array): Asked {
    const { interfaceId, ordinal, ttlMs, scope, tags } = call;
    const first = `RPC ${interfaceId.toString(16)} ${ordinal} ${ttlMs} ${scope}\n`;
    const lines = tags.map((tag) => `tag: ${oneLine(tag)}\n`);
    return new Asked(this.#module, `${first}${lines.join("")}\n`, params);
  }

  /** Whose requests these are from now on. Gives what of others' is to be removed. */
  identify(identity: string): Eviction[] {
    return this.#module.identify(identity) ? this.#module.evict() : [];
  }

  /** Pushes of the server may have been missed until now. */
  distrust(nowMs: number): void {
    this.#module.distrust(nowMs);
  }

  /** An entry is stored, or was found in storage. Gives what is to be removed. */
  add(id: number, key: string, entry: StoredEntry, lastUsedMs: number): Eviction[] {
    this.#module.add(id, key, entry.record, entry.bodySize, lastUsedMs);
    return this.#module.evict();
  }

  touch(id: number, nowMs: number): void {
    this.#module.touch(id, nowMs);
  }

  remove(id: number): void {
    this.#module.remove(id);
  }

  /** Tags are invalid. Gives what is to be removed. */
  invalidate(tags: readonly string[]): Eviction[] {
    for (const tag of tags) this.#module.dropTag(tag);
    return this.#module.evict();
  }

  /** Storage needs so many bytes. Gives what is to be removed. */
  makeRoom(bytes: number): Eviction[] {
    this.#module.makeRoom(bytes);
    return this.#module.evict();
  }
}

function requestHead(request: Request): string {
  const destination = request.destination || "-";
  const first = `${request.method} ${destination} ${request.cache} ${request.url}\n`;
  return `${first}${headersText(request.headers)}\n`;
}

function responseHead(response: Response | undefined): string {
  if (response === undefined) return "200 plain\n\n";
  const isOpaque = response.type === "opaque" || response.type === "opaqueredirect";
  const kind = isOpaque ? "opaque" : response.redirected ? "redirected" : "plain";
  return `${response.status} ${kind}\n${headersText(response.headers)}\n`;
}

function headersText(headers: Headers): string {
  let text = "";
  for (const [name, value] of headers) text += `${name}: ${value}\n`;
  return text;
}

function entryText({ record, bodySize }: StoredEntry): string {
  return `${bodySize}\n${record}\n`;
}

function oneLine(text: string): string {
  if (text.includes("\n")) throw new TypeError(`a line break in ${JSON.stringify(text)}`);
  return text;
}
