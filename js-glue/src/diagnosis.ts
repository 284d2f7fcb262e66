// SPDX-License-Identifier: Apache-2.0
// What `client.diagnose()` says: which carrier runs, why not a better one, and the cure.
import type { CarrierName } from "./call-settings.ts";
import type { ConnectionHistory } from "./socket-carrier.ts";

export interface Finding {
  /** What it is about. */
  readonly about: "websocket" | "bus" | "wasm" | "isolation" | "network" | "tabs" | "worker";
  readonly finding: string;
  /** What to do, where something can be done. */
  readonly cure: string;
}

export interface Diagnosis {
  readonly carrier: CarrierName;
  /** Why it is this carrier. */
  readonly why: string;
  /** What would make it better; empty when nothing would. */
  readonly findings: readonly Finding[];
  /** Where connect() was told to share: whether tabs do, and who holds the connection. */
  readonly tabs: string | undefined;
  /** Of the WebSocket's connections; undefined before there is one. */
  readonly history: ConnectionHistory | undefined;
}

const isolationFinding: Finding = {
  about: "isolation",
  finding: "this page is not cross-origin isolated: shared memory with workers is off",
  cure:
    "serve it with Cross-Origin-Opener-Policy: same-origin and " +
    "Cross-Origin-Embedder-Policy: require-corp",
};

const offlineFinding: Finding = {
  about: "network",
  finding: "the browser says it is offline",
  cure: "calls go on when the network is back",
};

/** Findings that do not depend on a client. */
export function environmentFindings(): Finding[] {
  const findings: Finding[] = [];
  if (globalThis.navigator?.onLine === false) findings.push(offlineFinding);
  if (globalThis.crossOriginIsolated === false) findings.push(isolationFinding);
  return findings;
}
