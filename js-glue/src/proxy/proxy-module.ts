// SPDX-License-Identifier: Apache-2.0
// proxy.wasm and its memory: texts in, decisions out. What the functions do is described in
// client-wasm/proxy/exports.cpp, the texts in heads.hpp and configuration.hpp beside it. Knows no
// requests, no storage and no clock; engine.ts makes the texts.
import {
  type Action,
  actionName,
  evictionWords,
  inputSizeMax,
  noIndex,
  outputWords,
  type Reason,
  reasonName,
  refusalNumber,
} from "../generated/proxy.ts";

/** What proxy.wasm exports; it imports nothing. */
interface ProxyExports {
  /** Its buffer is another one when it has grown. */
  readonly memory: WebAssembly.Memory;
  output(): number;
  input(size: number): number;
  configure(size: number): number;
  identify(size: number): number;
  distrust(nowMs: number): void;
  route(size: number, paramsSize: number): number;
  decide(route: number, size: number, nowMs: number): number;
  received(route: number, size: number, requestMs: number, nowMs: number): number;
  failed(route: number, size: number, isTimeout: number, nowMs: number): number;
  changed(size: number): number;
  add(id: number, size: number, bodySize: number, lastUsedMs: number): number;
  touch(id: number, nowMs: number): void;
  remove(id: number): void;
  drop_tag(size: number): void;
  make_room(bytes: number): void;
  evict(): number;
}

/** What the engine says; which parts mean something is said with each Action. */
export interface Decision {
  readonly action: Action;
  readonly reason: Reason;
  /** What the reason speaks of: for how long fresh, or stale. */
  readonly seconds: number;
  /** The number of the route; undefined: none. */
  readonly route: number | undefined;
  /** The index of the entry among those that were given; undefined: none. */
  readonly entry: number | undefined;
  readonly status: number;
  /** Of the entry, in seconds. */
  readonly age: number;
  /** 0: none. */
  readonly timeoutMs: number;
  /** The entry is outdated. */
  readonly drop: boolean;
  /** Of an answer with the status 206: both bytes belong to it. */
  readonly range: { readonly first: number; readonly last: number };
  readonly key: string;
  /** Lines of `name: value`. */
  readonly responseHeaders: string;
  /** The same; an empty value: without that header. */
  readonly requestHeaders: string;
  readonly record: string;
}

export interface Eviction {
  readonly id: number;
  readonly reason: Reason;
}

/** Where the texts are in the block at output(): after ten words and two float64. */
const textWords = { key: 14, responseHeaders: 16, requestHeaders: 18, record: 20, message: 22 };
const entriesWord = 24;

export class ProxyModule {
  readonly #exports: ProxyExports;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  readonly #output: number;

  constructor(module: WebAssembly.Module) {
    // What this release's own module exports.
    this.#exports = new WebAssembly.Instance(module, {}).exports as unknown as ProxyExports;
    this.#output = this.#exports.output();
  }

  /** @throws {Error} which names the entry and the cure; the configuration before it stays. */
  configure(text: string): void {
    if (this.#exports.configure(this.#put(text)) < 0) throw new Error(this.#text("message"));
  }

  /** True: it is another one; then evict(). */
  identify(identity: string): boolean {
    return this.#exports.identify(this.#put(identity)) === 1;
  }

  /** Pushes of the server may have been missed until now. */
  distrust(nowMs: number): void {
    this.#exports.distrust(nowMs);
  }

  route(request: string, params: Uint8Array = new Uint8Array()): Decision {
    const size = this.#put(request, params);
    return this.#decision(this.#exports.route(size, params.length));
  }

  decide(route: number, text: string, nowMs: number): Decision {
    return this.#decision(this.#exports.decide(route, this.#put(text), nowMs));
  }

  received(route: number, text: string, requestMs: number, nowMs: number): Decision {
    return this.#decision(this.#exports.received(route, this.#put(text), requestMs, nowMs));
  }

  failed(route: number, text: string, isTimeout: boolean, nowMs: number): Decision {
    const size = this.#put(text);
    return this.#decision(this.#exports.failed(route, size, isTimeout ? 1 : 0, nowMs));
  }

  /** The keys that are void. */
  changed(text: string): string[] {
    const { key } = this.#decision(this.#exports.changed(this.#put(text)));
    return key.split("\n").slice(0, -1);
  }

  add(id: number, key: string, record: string, bodySize: number, lastUsedMs: number): void {
    const size = this.#put(`${key}\n${record}`);
    refuse(this.#exports.add(id, size, bodySize, lastUsedMs));
  }

  touch(id: number, nowMs: number): void {
    this.#exports.touch(id, nowMs);
  }

  remove(id: number): void {
    this.#exports.remove(id);
  }

  dropTag(tag: string): void {
    this.#exports.drop_tag(this.#put(tag));
  }

  makeRoom(bytes: number): void {
    this.#exports.make_room(bytes);
  }

  /** What is to be removed from storage; the engine has forgotten it. */
  evict(): Eviction[] {
    const count = this.#exports.evict();
    const address = this.#words()[entriesWord] as number; // the block has so many words
    const words = new Uint32Array(this.#exports.memory.buffer, address, count * evictionWords);
    return Array.from({ length: count }, (_, index) => ({
      id: words[index * evictionWords] as number,
      reason: reasonOf(words[index * evictionWords + 1] as number),
    }));
  }

  /** Puts a text, and bytes behind it, where the next call looks for them; the text's size. */
  #put(text: string, bytes: Uint8Array = new Uint8Array()): number {
    const room = text.length * 3 + bytes.length; // what UTF-8 needs at most
    const exact = room > inputSizeMax ? this.#encoder.encode(text) : undefined;
    const size = exact === undefined ? room : exact.length + bytes.length;
    const address = this.#exports.input(size);
    if (address === 0) refuse(-refusalNumber.bad_input);
    const target = new Uint8Array(this.#exports.memory.buffer, address, size);
    if (exact !== undefined) target.set(exact);
    const written = exact?.length ?? this.#encoder.encodeInto(text, target).written;
    target.set(bytes, written);
    return written;
  }

  #words(): Uint32Array {
    return new Uint32Array(this.#exports.memory.buffer, this.#output, outputWords);
  }

  #text(name: keyof typeof textWords): string {
    const words = this.#words();
    const at = textWords[name];
    const [address, size] = [words[at] as number, words[at + 1] as number]; // as above
    if (size === 0) return "";
    return this.#decoder.decode(new Uint8Array(this.#exports.memory.buffer, address, size));
  }

  #decision(result: number): Decision {
    refuse(result);
    const view = new DataView(this.#exports.memory.buffer, this.#output);
    const word = (index: number) => view.getUint32(index * 4, true);
    const index = (at: number) => (word(at) === noIndex ? undefined : word(at));
    return {
      action: actionName[word(0)] ?? "bypass",
      reason: reasonOf(word(1)),
      seconds: word(2),
      route: index(3),
      entry: index(4),
      status: word(5),
      age: word(6),
      timeoutMs: word(7),
      drop: word(8) === 1,
      range: { first: view.getFloat64(40, true), last: view.getFloat64(48, true) },
      key: this.#text("key"),
      responseHeaders: this.#text("responseHeaders"),
      requestHeaders: this.#text("requestHeaders"),
      record: this.#text("record"),
    };
  }
}

function reasonOf(number: number): Reason {
  return reasonName[number] ?? "none";
}

function refuse(result: number): void {
  if (result >= 0) return;
  const name = Object.entries(refusalNumber).find(([, number]) => number === -result)?.[0];
  throw new Error(`proxy.wasm refused: ${name ?? result}`);
}
