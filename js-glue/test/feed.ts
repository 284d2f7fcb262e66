// SPDX-License-Identifier: Apache-2.0
// The streams that tests read, write and serve: codegen/testdata/streams.capnp, as generated.
export * from "../../codegen/golden/streams.cortado.ts";
