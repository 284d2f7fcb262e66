// SPDX-License-Identifier: Apache-2.0
// The streams that tests read, write and serve: codegen/testdata/streams.capnp, as generated.

import { type FeedService, feedService_ } from "../../codegen/golden/streams.cortado.ts";
import type { Service } from "../src/codec/index.ts";

export * from "../../codegen/golden/streams.cortado.ts";

/** What is not implemented is not called. */
export function feed(implementation: Partial<FeedService>): Service {
  return feedService_(implementation as FeedService);
}
