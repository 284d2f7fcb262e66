// SPDX-License-Identifier: Apache-2.0
// Who connects to each candidate of the suite `idle`, and how one learns that its server has come to
// rest. `origins`: what the server printed when it listened.
import {
  Echo,
  Echo_EchoParams,
  Streams,
  Streams_WatchParams,
} from "../dist/schema/echo.cortado.ts";
import { metricOf } from "../lib/metrics.mjs";
import { payload } from "../page/candidate.ts";
import { IdleClient } from "./client.mjs";
import { CortadoClient } from "./cortado-client.mjs";
import { SocketIoClient } from "./socket-io-client.mjs";

const webSocket = (origin) => origin.replace(/^http/, "ws");

/**
 * `memory`: what answers GET /memory. `isAtRest(origins, away)`: the server knows that so many
 * clients are away, and waits for nothing from those that are not.
 */
export const clients = {
  "idle-raw": {
    open: ({ raw }) => new IdleClient().open(`${webSocket(raw)}/raw-echo`),
    memory: ({ raw }) => raw,
    isAtRest: async () => true,
  },
  "idle-cortado": {
    open: ({ cortado }) => CortadoClient.open(webSocket(cortado)),
    /** Makes `count` calls, so many at a time. */
    async call(client, count, atOnce) {
      const params = Echo_EchoParams.encode({ text: payload });
      for (let made = 0; made < count; made += atOnce) {
        await client.call(Echo.methods.echo, params, atOnce);
      }
      client.acknowledge();
    },
    async watch(client) {
      await client.call(Streams.methods.watch, Streams_WatchParams.encode({ text: payload }), 1);
      client.acknowledge();
    },
    memory: ({ raw }) => raw,
    async isAtRest({ cortado }, away) {
      const metrics = await (await fetch(`${cortado}/metrics`)).text();
      return (
        metricOf(metrics, 'cortado_sessions{client="away"}') === away &&
        metricOf(metrics, "cortado_backlog_bytes") === 0
      );
    },
  },
  "idle-ws": {
    open: ({ origin }) => new IdleClient().open(webSocket(origin)),
    memory: ({ origin }) => origin,
    isAtRest: async () => true,
  },
  "idle-socket-io": {
    open: ({ origin }) => SocketIoClient.open(webSocket(origin)),
    memory: ({ origin }) => origin,
    async isAtRest({ origin }, away) {
      const { connections } = await (await fetch(`${origin}/memory`)).json();
      return away === 0 || connections === 0;
    },
  },
};
