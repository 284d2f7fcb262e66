// SPDX-License-Identifier: Apache-2.0
// One line about where a result comes from.
import { cpus } from "node:os";

export function machineLine(browser) {
  const [{ model }] = cpus();
  const day = new Date().toISOString().slice(0, 10);
  const parts = [
    `${cpus().length} x ${model.trim()}`,
    browser,
    `Node ${process.versions.node}`,
    day,
  ];
  return parts.filter((part) => part !== undefined).join(", ");
}
