// SPDX-License-Identifier: Apache-2.0
// The proxy's configuration as an application writes it, and as the text that the engine reads
// (client-wasm/proxy/configuration.hpp). Whether it makes sense the engine says.

export type ProxyStrategy =
  | "network-only"
  | "cache-only"
  | "cache-first"
  | "network-first"
  | "stale-while-revalidate"
  | "race";

/** Which requests, and what about them. The first route that matches decides. */
export interface ProxyRoute {
  /** For errors and counters. */
  readonly name: string;
  /** Patterns: literal text, `:name` for a segment, `*` for anything; "/…" is of the page's origin. */
  readonly urls?: readonly string[];
  /** Default: GET and HEAD. "*": any. */
  readonly methods?: readonly string[];
  readonly destinations?: readonly RequestDestination[];
  /** Patterns of values by the headers' names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Calls of an interface, or of one of its methods, instead of all these. */
  readonly rpc?: { readonly interfaceId: bigint; readonly ordinal?: number };
  /** Default: cache-first, as HTTP's own rules are. */
  readonly strategy?: ProxyStrategy;
  /** Of network-first: how long the network may take if there is something else. */
  readonly timeoutMs?: number;
  /** Instead of what responses say of their freshness. */
  readonly ttlMs?: number;
  /** Default: "default". */
  readonly cache?: string;
  readonly tags?: readonly string[];
  /** Parameters that make no difference; "*": none does. */
  readonly ignoreQuery?: readonly string[];
  /** Who may share what is stored. Default: identity. */
  readonly scope?: "identity" | "public";
  /** Validate across origins, too: such requests have a preflight. */
  readonly crossOriginConditions?: boolean;
}

export interface ProxyConfiguration {
  /** The page's, as location.origin. */
  readonly origin: string;
  /** What each cache may hold; no number: as much as comes. */
  readonly caches?: Readonly<
    Record<string, { readonly entriesMax?: number; readonly bytesMax?: number }>
  >;
  readonly routes: readonly ProxyRoute[];
}

/** @throws {TypeError} for a value with a line break, which would be another line. */
export function configurationText(configuration: ProxyConfiguration): string {
  const lines = ["proxy 1", `origin ${configuration.origin}`];
  for (const [name, limits] of Object.entries(configuration.caches ?? {})) {
    lines.push(`cache ${name} ${limits.entriesMax ?? 0} ${limits.bytesMax ?? 0}`);
  }
  for (const route of configuration.routes) lines.push(...routeLines(route));
  const broken = lines.find((line) => line.includes("\n"));
  if (broken !== undefined) throw new TypeError(`a line break in ${JSON.stringify(broken)}`);
  return `${lines.join("\n")}\n`;
}

function routeLines(route: ProxyRoute): string[] {
  const lines = [`route ${route.name}`];
  const add = (word: string, value: string | number | undefined) => {
    if (value !== undefined) lines.push(`${word} ${value}`);
  };
  add("method", route.methods?.join(" "));
  for (const url of route.urls ?? []) add("url", url);
  add("destination", route.destinations?.map((each) => each || "-").join(" "));
  for (const [name, pattern] of Object.entries(route.headers ?? {})) {
    add("header", `${name} ${pattern}`);
  }
  if (route.rpc !== undefined) {
    add("rpc", `${route.rpc.interfaceId.toString(16)} ${route.rpc.ordinal ?? ""}`);
  }
  add("strategy", route.strategy);
  add("timeout", route.timeoutMs);
  add("ttl", route.ttlMs);
  add("cache", route.cache);
  for (const tag of route.tags ?? []) add("tag", tag);
  add("ignore-query", route.ignoreQuery?.join(" "));
  add("scope", route.scope);
  if (route.crossOriginConditions) lines.push("cross-origin-conditions");
  return lines;
}
