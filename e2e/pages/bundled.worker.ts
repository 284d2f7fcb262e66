// SPDX-License-Identifier: Apache-2.0
// The worker of bundled-worker.ts.
import { connectPage } from "cortado/workers";
import { type ProbeService, probeService } from "../generated/probe.cortado.ts";

const served: Partial<ProbeService> = {
  digest: ({ data }) => ({ size: data.length, sum: data.reduce((sum, byte) => sum + byte, 0) }),
};
connectPage().serve(probeService(served as ProbeService));
