// SPDX-License-Identifier: Apache-2.0
// What a connection costs that does nothing: the server's memory, and what keeps it alive. No page
// and no browser: connections are opened from here.
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildNative } from "../lib/build.mjs";
import { candidatesNamed } from "../lib/candidates.mjs";
import { perConnection, perMinute, residentBytes } from "../lib/memory.mjs";
import { Servers } from "../lib/processes.mjs";
import { orderOf, Samples } from "../lib/statistics.mjs";

const bench = fileURLToPath(new URL("..", import.meta.url));
const bundle = `${bench}dist/idle/clients.mjs`;

const names = ["idle-raw", "idle-cortado", "idle-ws", "idle-socket-io"];
const connections = 2_000;
/** Opened before anything is measured: what a server allocates once is not a connection's. */
const connectionsBefore = 200;
/** Come to their state together, so that what they need only on the way is used again. */
const groupSize = 50;

/** What becomes of a client, and whose clients it becomes of. */
const states = [
  { name: "connected", of: names, reach: async () => undefined },
  {
    name: "away",
    of: ["idle-cortado", "idle-socket-io"],
    reach: (client) => client.cut(),
    isAway: true,
  },
  { name: "open stream", of: ["idle-cortado"], reach: (client, kind) => kind.watch(client) },
  {
    name: "after 1,000 calls",
    of: ["idle-cortado"],
    reach: (client, kind) => kind.call(client, 1_000, 10),
  },
  {
    name: "after 1,000 at once",
    of: ["idle-cortado"],
    reach: (client, kind) => kind.call(client, 1_000, 1_000),
  },
  {
    name: "and 20 s later",
    of: ["idle-cortado"],
    reach: (client, kind) => kind.call(client, 1_000, 1_000),
    /** A server gives memory back when it has asked a quiet client for a sign of life. */
    settled: (client) => client.alive.promise,
  },
  {
    name: "away after 1,000 calls",
    of: ["idle-cortado"],
    reach: async (client, kind) => {
      await kind.call(client, 1_000, 10);
      await client.cut();
    },
    isAway: true,
  },
];
/** The others send nothing, and do not notice when a connection is dead. */
const keptAlive = ["idle-cortado", "idle-socket-io"];

export const title = `Memory of an idle connection, of ${connections}, and what keeps it alive`;

export async function run({ rounds = 5, only, progress }) {
  const candidates = candidatesNamed(names, only);
  await buildNative("bench-server");
  const clients = await loadClients();
  const runs = states.flatMap((state) =>
    candidates
      .filter(({ name }) => state.of.includes(name))
      .map((candidate) => ({ candidate, state })),
  );
  const samples = new Samples();
  for (let round = 1; round <= rounds; ++round) {
    const costs = new Map();
    for (const one of orderOf(runs, round)) {
      const { candidate, state } = one;
      progress(`round ${round} of ${rounds}: ${candidate.name}, ${state.name}`);
      costs.set(one, await memoryIn(state, candidate, clients[candidate.name]));
    }
    // In the order of the table, not in that of the round.
    for (const one of runs) {
      const row = { candidate: one.candidate.name, case: one.state.name, unit: "bytes" };
      for (const [metric, value] of Object.entries(costs.get(one))) {
        samples.add({ ...row, metric }, value);
      }
    }
  }
  progress("waiting for signs of life");
  const living = candidates.filter(({ name }) => keptAlive.includes(name));
  await Promise.all(living.map((candidate) => countTraffic(samples, candidate, clients)));
  return { rows: samples.rows(candidates, "idle-raw") };
}

/** The clients speak by the generated code and the frames of js-glue's tests, which are TypeScript. */
async function loadClients() {
  mkdirSync(`${bench}dist/idle`, { recursive: true });
  await build({
    entryPoints: [`${bench}idle/clients.mjs`],
    outfile: bundle,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "es2022",
    external: ["ws"],
    alias: {
      "cortado/codec": fileURLToPath(new URL("../../js-glue/src/codec/index.ts", import.meta.url)),
    },
    logLevel: "warning",
  });
  return (await import(bundle)).clients;
}

/** In a server of its own. The heap is left out where the server cannot tell. */
async function memoryIn(state, { server }, kind) {
  return withServer(server, async (origins, pid, opened) => {
    const reach = async (count) => {
      while (opened.length < count) {
        const group = await Promise.all(
          Array.from({ length: groupSize }, () => kind.open(origins)),
        );
        await Promise.all(group.map((client) => state.reach(client, kind)));
        opened.push(...group);
        await untilAtRest(kind, origins, state.isAway ? opened.length : 0);
      }
      await Promise.all(opened.map(async (client) => state.settled?.(client)));
      const { heap } = await (await fetch(`${kind.memory(origins)}/memory`)).json();
      return { resident: residentBytes(pid), heap };
    };
    const before = await reach(connectionsBefore);
    const after = await reach(connectionsBefore + connections);
    const { resident, heap } = perConnection(before, after, connections);
    return after.heap > 0 ? { resident, heap } : { resident };
  });
}

/** From the opening to the first sign of life, by the server's own interval. */
async function countTraffic(samples, { name, server }, clients) {
  await withServer(server, async (origins, _pid, opened) => {
    const client = await clients[name].open(origins);
    opened.push(client);
    const begin = performance.now();
    const closed = once(client.socket, "close").then(() => {
      throw new Error(`${name}: the server closed before it asked for a sign of life`);
    });
    await Promise.race([client.alive.promise, closed]);
    const elapsedMs = performance.now() - begin;
    for (const [metric, count] of Object.entries(client.traffic())) {
      const row = { candidate: name, case: "keep-alive", metric, unit: `${metric}/min` };
      samples.add(row, perMinute(count, elapsedMs));
    }
  });
}

/** `work` puts the clients it opens into the list it is given: they go before their server does. */
async function withServer(name, work) {
  const servers = new Servers(bench);
  const opened = [];
  try {
    const origins = await servers.start(name);
    return await work(origins, await servers.pidOf(name), opened);
  } finally {
    await Promise.all(opened.map((client) => client.cut()));
    await servers.stop();
  }
}

async function untilAtRest(kind, origins, away) {
  const end = performance.now() + 30_000;
  while (!(await kind.isAtRest(origins, away))) {
    if (performance.now() > end) throw new Error("the server does not come to rest");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
