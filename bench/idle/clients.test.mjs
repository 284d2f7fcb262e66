// SPDX-License-Identifier: Apache-2.0
// The clients of the suite `idle` against servers of a few lines.
import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import {
  frame,
  framesOf,
  helloOf,
  message,
  requestOf,
  response,
  welcome,
} from "../../js-glue/test/frames.ts";
import { CortadoClient } from "./cortado-client.mjs";
import { SocketIoClient } from "./socket-io-client.mjs";

let server;
let origin;

beforeEach(async () => {
  server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
  await once(server, "listening");
  origin = `ws://127.0.0.1:${server.address().port}`;
});

afterEach(() => {
  for (const socket of server.clients) socket.terminate();
  server.close();
});

/** Opens a client; `answer(text or frame)` says what the server sends back, if anything. */
async function connected(open, read, answer) {
  const connection = once(server, "connection");
  const received = [];
  const opening = open(origin);
  const [socket] = await connection;
  socket.on("message", (data) => {
    for (const each of read(data)) {
      received.push(each);
      const answered = answer(each);
      if (answered !== undefined) socket.send(answered);
    }
  });
  return { client: await opening, socket, received };
}

/** A server of `cortado.v1` that answers every call with nothing. */
function cortado() {
  const read = (data) => framesOf(new Uint8Array(data));
  return connected(CortadoClient.open, read, ({ type, callId }) => {
    if (type === "hello") return welcome({ token: "session1" });
    return type === "request" ? response(callId, new Uint8Array()) : undefined;
  });
}

const method = { interfaceIdLow: 7, interfaceIdHigh: 1, ordinal: 2 };
const ackedBy = ({ payload }) => Number(new DataView(payload.buffer).getBigUint64(0, true));
const named = (frames, type) => frames.filter((each) => each.type === type);

test("a client of Cortado's wants a session", async () => {
  const { received } = await cortado();
  expect(received.map(({ type }) => type)).toEqual(["hello"]);
  expect(helloOf(received[0])).toMatchObject({ attempt: 1, received: 0, token: "" });
});

test("its calls are numbered, answered and acknowledged", async () => {
  const { client, received } = await cortado();
  await client.call(method, new Uint8Array(8), 2);
  await client.call(method, new Uint8Array(8), 600);
  const requests = named(received, "request");
  expect(requests).toHaveLength(602);
  expect(requests[0].callId).toBe(1n);
  expect(new Set(requests.map(({ callId }) => callId)).size).toBe(602);
  expect(requestOf(requests[1])).toMatchObject({ ordinal: 2, interfaceId: (1n << 32n) | 7n });
  client.acknowledge();
  await client.call(method, new Uint8Array(8), 1); // the server has read all before it
  const acks = named(received, "ack").map(ackedBy);
  expect(acks.length).toBeGreaterThanOrEqual(3); // two that were due, and this one
  expect(acks.at(-1)).toBe(602);
});

test("it answers a PING, and acknowledges with it what it has not", async () => {
  const { client, socket, received } = await cortado();
  await client.call(method, new Uint8Array(8), 3);
  socket.send(message(frame("ping", 0n, new Uint8Array(8).fill(5))));
  await client.alive.promise;
  await client.call(method, new Uint8Array(8), 1);
  expect(named(received, "pong")[0].payload).toEqual(new Uint8Array(8).fill(5));
  expect(named(received, "ack").map(ackedBy)).toEqual([3]);
});

test("a client of socket.io's connects, and answers a ping of three bytes with seven", async () => {
  const answers = { 40: '40{"sid":"a"}' };
  const { client, socket, received } = await connected(
    (at) => {
      server.once("connection", (opened) => opened.send('0{"sid":"b"}'));
      return SocketIoClient.open(at);
    },
    (data) => [data.toString()],
    (text) => answers[text],
  );
  socket.send("2");
  await client.alive.promise;
  expect(client.traffic()).toEqual({ bytes: 10, messages: 2 });
  await once(socket, "message");
  expect(received).toEqual(["40", "3"]);
});

test("a client that is cut leaves without a close frame", async () => {
  const { client, socket } = await cortado();
  const closed = once(socket, "close");
  await client.cut();
  expect((await closed)[0]).toBe(1006);
});
