// SPDX-License-Identifier: Apache-2.0
// What diagnose() says of workers that are supervised.
import { environmentFindings, type Finding, type RpcError } from "../index.ts";
import type { WorkerDiagnosis, WorkerLink } from "./worker-link.ts";

/** `lastError`: why a worker ended last; `error`: why all have. */
export function diagnoseCrew(
  up: WorkerLink | undefined,
  isRestarting: boolean,
  lastError: RpcError | undefined,
  error: RpcError | undefined,
): WorkerDiagnosis {
  const own: Finding[] = [];
  if (error !== undefined) {
    const cure = error.code === "cancelled" ? "make another" : "mend the worker, and make another";
    own.push({ about: "worker", finding: error.reason, cure });
  } else if (isRestarting && lastError !== undefined) {
    own.push({ about: "worker", finding: lastError.reason, cure: "it is started again by itself" });
  }
  if (up !== undefined) {
    const { carrier, why, findings } = up.diagnose();
    return { carrier, why, findings: [...own, ...findings] };
  }
  const why = error === undefined ? "no worker is there yet" : "it has ended";
  return { carrier: undefined, why, findings: [...own, ...environmentFindings()] };
}
