// SPDX-License-Identifier: Apache-2.0
// The memory that a page and its workers share, and bus.wasm, which each of them starts on it.

import {
  memorySizeDefault,
  memorySizeMax,
  memorySizeMin,
  refusalNumber,
  spinsMax,
} from "../generated/bus.ts";
import { RpcError } from "../index.ts";
import type { BusModule } from "./bus-module.ts";

/** What one thread gives another: both can be posted. */
export interface Segment {
  readonly memory: WebAssembly.Memory;
  readonly module: WebAssembly.Module;
  /** How often participants look at their doorbells before they sleep, at the most. */
  readonly spins: number;
}

const wasmPageSize = 65_536;

/** What the numbers that bus.wasm refuses with are called. */
export function refusalName(status: number): string {
  const found = Object.entries(refusalNumber).find(([, number]) => number === -status);
  return found?.[0] ?? `refusal ${-status}`;
}

export function startBus({ memory, module }: Pick<Segment, "memory" | "module">): BusModule {
  // The type of exports is as wide as all of WebAssembly.
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as BusModule;
}

/**
 * A new one of `size` bytes, rounded up to whole pages of WebAssembly's. `maySpin`: its participants
 * do before they sleep, where there are processors to spare: on two, who spins takes the other's.
 */
export function makeSegment(
  module: WebAssembly.Module,
  size = memorySizeDefault,
  maySpin = false,
): Segment {
  if (!(size >= memorySizeMin && size <= memorySizeMax)) {
    const reason = `a bus has ${memorySizeMin} to ${memorySizeMax} bytes, not ${size}`;
    throw new RpcError("invalid_argument", reason);
  }
  const pages = Math.ceil(size / wasmPageSize);
  let memory: WebAssembly.Memory;
  try {
    memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (cause) {
    const reason = `the browser has no ${size} bytes of shared memory: open a smaller bus`;
    throw new RpcError("resource_exhausted", reason, { cause });
  }
  const processors = globalThis.navigator?.hardwareConcurrency ?? 1;
  const segment = { memory, module, spins: maySpin && processors > 2 ? spinsMax : 0 };
  const status = startBus(segment).format();
  if (status !== 0) throw new RpcError("internal", `the bus refused: ${refusalName(status)}`);
  return segment;
}

let loading: Promise<WebAssembly.Module> | undefined;

/** bus.wasm, once for all segments of a page. */
export function loadBusModule(source?: string | URL | WebAssembly.Module) {
  if (source instanceof WebAssembly.Module) return Promise.resolve(source);
  loading ??= compile(source);
  loading.catch(() => {
    loading = undefined; // the next one tries again
  });
  return loading;
}

async function compile(source: string | URL | undefined): Promise<WebAssembly.Module> {
  // The file beside this one. Bundlers look for exactly this expression.
  const response = await fetch(source ?? new URL("./bus.wasm", import.meta.url));
  if (!response.ok) {
    const reason = `bus.wasm does not load: ${response.url} answers ${response.status}`;
    throw new RpcError("unavailable", reason);
  }
  return WebAssembly.compile(await response.arrayBuffer());
}
