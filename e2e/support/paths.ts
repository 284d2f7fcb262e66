// SPDX-License-Identifier: Apache-2.0
// Where things are.
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const repositoryRoot = fileURLToPath(new URL("../..", import.meta.url));
export const e2eFolder = join(repositoryRoot, "e2e");
/** What the tests' pages are built to; served by e2e-service. */
export const siteFolder = join(e2eFolder, "dist/site");
/** Of the native build. */
export const programsFolder =
  process.env["CORTADO_PROGRAMS"] ?? join(repositoryRoot, "build/release/bin");
