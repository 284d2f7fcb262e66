// SPDX-License-Identifier: Apache-2.0
// What a Node server of the suite `idle` says of itself: GET /memory.
import { createServer } from "node:http";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

/** An HTTP server of nothing else; `connections` tells how many clients there are. */
export function createMemoryServer(connections) {
  return createServer((request, response) => {
    if (request.url !== "/memory") {
      response.writeHead(404).end();
      return;
    }
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    const said = { heap: heapUsed + external, connections: connections() };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(said));
  });
}
