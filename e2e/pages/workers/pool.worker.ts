// SPDX-License-Identifier: Apache-2.0
// A worker of a pool. Its address says what it is: `version`, a number that it answers with; `broken`,
// it throws at start; `less`, it serves nothing.
import { connectPage } from "cortado/workers";
import { type ProbeService, probeService } from "../../generated/probe.cortado.ts";

const query = new URL(import.meta.url).searchParams;
const version = Number(query.get("version") ?? 1);
const isBroken = query.has("broken");

if (isBroken) throw new Error("this script is broken");

const page = connectPage();

const served: Partial<ProbeService> = {
  count: () => ({ calls: BigInt(version) }),
  digest: ({ data }) => ({ size: data.length, sum: version }),
  headline: ({ topic }) => ({ text: `${topic} of ${version}` }),
  wait: ({ ms }) => new Promise((resolve) => setTimeout(() => resolve({}), ms)),
  never: () => {
    for (;;); // it hangs
  },
};

if (!query.has("less")) page.serve(probeService(served as ProbeService));
