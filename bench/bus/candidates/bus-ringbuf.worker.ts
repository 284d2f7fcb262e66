// SPDX-License-Identifier: Apache-2.0
import { serveRingbuf } from "../ringbuf.ts";
import { serveOn } from "../shared-worker.ts";

serveOn(serveRingbuf);
