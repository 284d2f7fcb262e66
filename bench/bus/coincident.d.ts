// SPDX-License-Identifier: Apache-2.0
// coincident has no types: those of what is used of it here.

interface CoincidentOptions {
  readonly transfer?: boolean;
}

declare module "coincident/main" {
  interface Proxied {
    check(payload: Uint8Array, transferred?: unknown): Promise<number>;
  }
  export default function coincident(options?: CoincidentOptions): {
    readonly Worker: new (script: URL) => globalThis.Worker & { readonly proxy: Proxied };
    readonly transfer: (...buffers: ArrayBufferLike[]) => unknown;
  };
}

declare module "coincident/worker" {
  export default function coincident(options?: CoincidentOptions): Promise<{
    readonly proxy: { check(payload: Uint8Array): number };
  }>;
}
