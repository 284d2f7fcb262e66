// SPDX-License-Identifier: Apache-2.0
import { expose, transfer } from "comlink";
import type { Returned } from "../connection.ts";
import { checkOf } from "../payload.ts";

const checker = {
  check: (payload: Uint8Array): number => checkOf(payload),
  checkAndReturn: (payload: Uint8Array): Returned =>
    transfer({ check: checkOf(payload), payload }, [payload.buffer]),
};

export type ComlinkChecker = typeof checker;

expose(checker);
