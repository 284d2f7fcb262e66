// SPDX-License-Identifier: Apache-2.0
// Rewrites the tables of figures in the repository's README from out/*.json, between its two
// markers, so that a change of speed or size is a line in a diff.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { formatRatio, formatValue } from "./lib/format.mjs";
import { markdownTable } from "./lib/table.mjs";

const readme = fileURLToPath(new URL("../README.md", import.meta.url));
const markers = ["<!-- bench:begin -->", "<!-- bench:end -->"];

const overWebSocket = ["ideal", "cortado", "capnweb", "socket-io", "rpc-websockets", "connect"];
const overFetch = ["json-ideal", "cortado-fetch", "capnweb-batch", "", "", ""];
const auto = ["bare-echo", "cortado-auto", "capnweb", "socket-io", "rpc-websockets", "connect"];

/** Calls to a server. */
const serverHeadings = [
  "",
  "ideal",
  "Cortado",
  "capnweb",
  "socket.io",
  "rpc-websockets",
  "connect-web",
];
const serverLines = [
  { label: "one call, p50", from: ["unary", "1 at a time", "p50"], names: overWebSocket },
  { label: "one call, p99", from: ["unary", "1 at a time", "p99"], names: overWebSocket },
  { label: "16 in flight", from: ["unary", "16 in flight", "rate"], names: overWebSocket },
  { label: "1,000 in flight", from: ["unary", "1000 in flight", "rate"], names: overWebSocket },
  {
    label: "fetch, batch of 1,000",
    from: ["fetch-batch", "batch of 1000", "rate"],
    names: overFetch,
  },
  {
    label: "stream from the server, items",
    from: ["push", "one stream", "rate"],
    names: ["push-ideal", "push-cortado", "", "push-socket-io", "", ""],
  },
  {
    label: "stream from the page, items",
    from: ["upload", "one stream", "rate"],
    names: ["upload-ideal", "upload-cortado", "upload-capnweb", "upload-socket-io", "", ""],
  },
  {
    label: "stream both ways, items",
    from: ["chat", "full", "rate"],
    names: ["chat-ideal", "chat-cortado", "chat-capnweb", "chat-socket-io", "", ""],
  },
  {
    label: "new page to first answer",
    from: ["startup", "first script to answer", "time"],
    names: auto,
  },
  { label: "bytes loaded, brotli", from: ["size", "all", "brotli"], names: auto },
];

/** Calls to a worker: by the page, and by another worker. */
const workerHeadings = ["", "ideal", "Cortado", "postMessage", "Comlink", "coincident"];
const copied = ["bus-ideal", "bus-cortado", "bus-post-message", "bus-comlink", "bus-coincident"];
const moved = [
  "bus-ideal",
  "bus-cortado-in-place",
  "bus-transfer",
  "bus-comlink-transfer",
  "bus-coincident-transfer",
];
const workerLines = [
  ["page to worker, 64 B", "p50", copied],
  ["page to worker, 64 B", "p99", copied],
  ["page to worker, 64 B", "100 in flight", copied],
  ["page to worker, 4 KiB", "p50", copied],
  ["page to worker, 1 MiB", "p50", moved],
  ["page to worker, 64 MiB", "p50", moved],
  ["worker to worker, 64 B", "p50", copied],
  ["worker to worker, 64 B", "100 in flight", copied],
].map(([name, metric, names]) => ({
  label: `${name}, ${metric}`,
  from: ["bus", name, metric],
  names,
}));

const results = new Map();
function resultOf(suite) {
  const file = fileURLToPath(new URL(`out/${suite}.json`, import.meta.url));
  if (!existsSync(file)) throw new Error(`${file} is missing: run \`make bench SUITE=${suite}\``);
  if (!results.has(suite)) results.set(suite, JSON.parse(readFileSync(file, "utf8")));
  return results.get(suite);
}

function cell(rows, name) {
  const row = rows.find(({ candidate }) => candidate === name);
  if (row === undefined) return "";
  const ratio = row.candidate === row.baseline ? "" : formatRatio(row.ratio);
  return `${formatValue(row.median, row.unit)}${ratio === "" ? "" : ` (${ratio})`}`;
}

function tableFor(headings, lines) {
  const body = lines.map(({ label, from: [suite, name, metric], names }) => {
    const rows = resultOf(suite).rows.filter((row) => row.case === name && row.metric === metric);
    return [label, ...names.map((each) => cell(rows, each))];
  });
  return markdownTable([headings, ...body]);
}

const tables = [
  tableFor(serverHeadings, serverLines),
  "Calls to a worker; from 1 MiB on the payload is moved, or by reference:",
  tableFor(workerHeadings, workerLines),
];
const note = `Medians, and the median of each round's ratio to the ideal. ${resultOf("unary").machine}.`;

const text = readFileSync(readme, "utf8");
const [begin, end] = markers.map((marker) => text.indexOf(marker));
if (begin < 0 || end < begin) throw new Error(`${readme} lacks ${markers.join(" … ")}`);
const body = [...tables, note].join("\n\n");
const before = text.slice(0, begin + markers[0].length);
writeFileSync(readme, `${before}\n${body}\n${text.slice(end)}`);
console.log(body);
