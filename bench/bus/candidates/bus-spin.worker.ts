// SPDX-License-Identifier: Apache-2.0
import { serveIdeal } from "../ideal.ts";
import { serveOn } from "../shared-worker.ts";

serveOn((memory: SharedArrayBuffer) => serveIdeal(memory, true));
