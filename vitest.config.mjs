// SPDX-License-Identifier: Apache-2.0
// Unit tests in TypeScript and of the scripts, wherever they stand beside their code. Tests with a
// browser or a server are e2e/'s.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: {
      // What generated code imports: of the tree, not of a build.
      "cortado/codec": fileURLToPath(new URL("js-glue/src/codec/index.ts", import.meta.url)),
    },
  },
  test: {
    include: ["{js-glue,codegen,examples,bench,tools}/**/*.test.{ts,mjs}"],
    exclude: ["**/node_modules/**", "**/dist/**"],
    // Machines are shared: a time limit has to end what hangs, not what is slow.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
