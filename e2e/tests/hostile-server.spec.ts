// SPDX-License-Identifier: Apache-2.0
// A server that sends what no server should. The client closes with the right reason, rejects every
// call, and the page lives on. docs/protocol.md, "What closes the connection".
import { randomBytes } from "node:crypto";
import type { WebSocket } from "ws";
import { expect, test } from "../fixtures.ts";
import { frame, requestIds, welcome } from "../support/frames.ts";
import { type HostileServer, serveHostile } from "../support/hostile-server.ts";

/** Calls a server that misbehaves at the first call; resolves to how the call and the client end. */
async function callHostile(page: import("@playwright/test").Page, hostile: HostileServer) {
  return page.evaluate(async (url) => {
    const { connect } = await import("cortado");
    const { ProbeClient } = await import("probe");
    const client = await connect(url, { carrier: "websocket" });
    const call = await new ProbeClient(client).count({}).then(
      () => "answered",
      ({ code, reason }) => ({ code, reason }),
    );
    return { call, state: client.state };
  }, hostile.url);
}

const closing: readonly (readonly [string, number, () => Buffer])[] = [
  ["a wrong magic", 4000, () => frame({ type: 0x02, callId: 1n, magic: [0xca, 0xff] })],
  ["an unknown version", 4001, () => frame({ type: 0x02, callId: 1n, version: 9 })],
  ["an unknown frame type", 4002, () => frame({ type: 0x7f, callId: 1n })],
  ["half a header", 4003, () => frame({ type: 0x02, callId: 1n }).subarray(0, 9)],
  ["half a payload", 4003, () => frame({ type: 0x02, callId: 1n, declaredSize: 4096 })],
  ["a payload of 4 GiB", 4004, () => frame({ type: 0x02, callId: 1n, declaredSize: 0xffff_ffff })],
  [
    "padding that is not zero",
    4005,
    () => {
      const bytes = frame({ type: 0x13, payload: new Uint8Array(9) });
      bytes[bytes.length - 1] = 1;
      return bytes;
    },
  ],
  [
    "a response whose sizes do not add up",
    4006,
    () => frame({ type: 0x02, callId: 1n, payload: new Uint8Array(8).fill(0xff) }),
  ],
  ["random bytes", 4000, () => Buffer.concat([Buffer.from([0]), randomBytes(200)])],
];

for (const [what, code, bytes] of closing) {
  test(`${what}: the client closes with ${code} and rejects the call`, async ({
    page,
    service,
  }) => {
    const hostile = await serveHostile((socket) => {
      socket.send(welcome());
      socket.send(bytes());
    });
    await page.goto(service.url);
    const { call } = await callHostile(page, hostile);
    expect(call).toEqual({ code: "internal", reason: expect.stringContaining(String(code)) });
    await expect.poll(() => hostile.closeCodes).toEqual([code]);
    await hostile.close();
  });
}

const answering: readonly (readonly [string, (id: bigint) => Buffer])[] = [
  [
    "results that are no Cap'n Proto message",
    (id) =>
      frame({ type: 0x02, callId: id, payload: Buffer.concat([Buffer.alloc(8), randomBytes(64)]) }),
  ],
  [
    "results with a pointer out of the message",
    (id) => {
      const payload = Buffer.alloc(24);
      payload.writeUInt32LE(1, 12); // one segment of one word,
      payload.writeUInt32LE(0x7fff_fffc, 16); // a struct half a gigabyte further on,
      payload.writeUInt32LE(1, 20); // with one word of data
      return frame({ type: 0x02, callId: id, payload });
    },
  ],
];

for (const [what, answer] of answering) {
  test(`${what}: that call rejects, the next one works`, async ({ page, service }) => {
    const answerCalls = (socket: WebSocket, message: Buffer): void => {
      for (const id of requestIds(message)) socket.send(answer(id));
    };
    const hostile = await serveHostile((socket, first) => {
      socket.send(welcome());
      answerCalls(socket, first);
      socket.on("message", (message: Buffer) => answerCalls(socket, message));
    });
    await page.goto(service.url);
    const { call, state } = await callHostile(page, hostile);
    expect(call).toMatchObject({ code: "internal" });
    expect(state).toBe("open");
    await hostile.close();
  });
}

test("answers to calls that were never made are dropped", async ({ page, service }) => {
  const hostile = await serveHostile((socket) => {
    socket.send(welcome());
    for (let id = 1n; id < 200n; id += 1n) {
      socket.send(frame({ type: 0x02, callId: 1000n + 2n * id + 1n, payload: new Uint8Array(8) }));
    }
    socket.send(frame({ type: 0x13, payload: Buffer.from("pingpong") }));
  });
  await page.goto(service.url);
  const state = await page.evaluate(async (url) => {
    const { connect } = await import("cortado");
    const client = await connect(url, { carrier: "websocket" });
    return client.state;
  }, hostile.url);
  expect(state).toBe("open");
  await hostile.close();
});
