// SPDX-License-Identifier: Apache-2.0
// What a process takes.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** Bytes of memory that a process has, as the system counts: shared libraries too. */
export function residentBytes(pid) {
  const status = `/proc/${pid}/status`;
  const kibibytes = existsSync(status)
    ? /^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(status, "utf8"))?.[1]
    : execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" });
  if (!(Number(kibibytes) > 0)) throw new Error(`process ${pid} has no memory`);
  return Number(kibibytes) * 1024;
}

/** { resident, heap } a connection, from what the process had before and after so many. */
export function perConnection(before, after, connections) {
  const each = (metric) => Math.round((after[metric] - before[metric]) / connections);
  return { resident: each("resident"), heap: each("heap") };
}

/** A minute of what was counted in `elapsedMs`. */
export function perMinute(count, elapsedMs) {
  return (count * 60_000) / elapsedMs;
}
