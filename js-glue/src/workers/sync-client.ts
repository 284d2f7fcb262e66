// SPDX-License-Identifier: Apache-2.0
// Generated clients whose methods return what they otherwise promise.
import type { CallOptions, Channel, MethodDescriptor } from "../codec/index.ts";
import type { LocalLink } from "./local-link.ts";

/** A generated client's calls of one value, without promises; streams have none. */
export type SyncClient<C> = {
  readonly [M in keyof C as C[M] extends (...given: never) => Promise<unknown>
    ? M
    : never]: C[M] extends (...given: infer Given) => Promise<infer R>
    ? (...given: Given) => R
    : never;
};

class SyncChannel {
  readonly #link: LocalLink;

  constructor(link: LocalLink) {
    this.#link = link;
  }

  call<P, R>(method: MethodDescriptor<P, R>, params: P, options?: CallOptions): R {
    return this.#link.callSync(method, params, options);
  }
}

/**
 * `syncClient(StoreClient, page).get({ key })` is the value itself: see LocalLink.callSync() for when
 * a worker may do that.
 */
export function syncClient<C>(Client: new (channel: Channel) => C, link: LocalLink): SyncClient<C> {
  // Generated methods return what the channel does.
  return new Client(new SyncChannel(link) as unknown as Channel) as unknown as SyncClient<C>;
}
