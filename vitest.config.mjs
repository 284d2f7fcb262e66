// SPDX-License-Identifier: Apache-2.0
// Unit tests in TypeScript and of the scripts, wherever they stand beside their code. Tests with a
// browser or a server are e2e/'s.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{js-glue,codegen,examples,bench,tools}/**/*.test.{ts,mjs}"],
    exclude: ["**/node_modules/**", "**/dist/**"],
  },
});
