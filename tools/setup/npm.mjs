// SPDX-License-Identifier: Apache-2.0
// npm packages, exactly as package-lock.json says.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./paths.mjs";
import { run } from "./process.mjs";

const lockFile = join(repositoryRoot, "package-lock.json");

export function npmStep() {
  const lock = existsSync(lockFile) ? readFileSync(lockFile) : "";
  return {
    name: "npm packages",
    key: { lock: createHash("sha256").update(lock).digest("hex"), node: process.version },
    results: [join(repositoryRoot, "node_modules/.package-lock.json")],
    cost: { download: "100 MB", disk: "280 MB", time: "15 s" },
    run: async (report) => {
      report("npm ci");
      // The browsers step looks after browsers: Playwright's own only if the user has them.
      const env = { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1" };
      await run("npm", ["ci", "--no-audit", "--no-fund"], { log: "npm", env });
    },
  };
}
