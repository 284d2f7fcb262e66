// SPDX-License-Identifier: Apache-2.0
// A server that sends what no server should. The client closes with the right reason, rejects every
// call, and the page lives on. docs/protocol.md, "What closes the connection".
import { randomBytes } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { frame } from "../support/frames.ts";
import { type HostileServer, serveHostile } from "../support/hostile-server.ts";

const response = 0x02;
const ping = 0x13;

/** Makes one call there; resolves to how it ended, and in which state the client is then. */
async function callHostile(page: Page, hostile: HostileServer) {
  return page.evaluate(async (url) => {
    const { connect } = await import("cortado");
    const { ProbeClient } = await import("probe");
    const client = await connect(url, { carrier: "websocket" });
    const call = await new ProbeClient(client).count({}).then(
      ({ calls }) => ({ calls }),
      ({ code, reason }) => ({ code, reason }),
    );
    return { call, state: client.state };
  }, hostile.url);
}

/** What is sent in place of an answer, and the code with which the client closes. */
const closing: readonly (readonly [string, number, (callId: bigint) => Buffer])[] = [
  ["a wrong magic", 4000, (callId) => frame({ type: response, callId, magic: [0xca, 0xff] })],
  ["random bytes", 4000, () => Buffer.concat([Buffer.from([0]), randomBytes(200)])],
  ["an unknown version", 4001, (callId) => frame({ type: response, callId, version: 9 })],
  ["an unknown frame type", 4002, (callId) => frame({ type: 0x7f, callId })],
  ["half a header", 4003, (callId) => frame({ type: response, callId }).subarray(0, 9)],
  ["half a payload", 4003, (callId) => frame({ type: response, callId, declaredSize: 4096 })],
  [
    "a payload of 4 GiB",
    4004,
    (callId) => frame({ type: response, callId, declaredSize: 2 ** 32 - 1 }),
  ],
  [
    "padding that is not zero",
    4005,
    () => frame({ type: ping, payload: Buffer.alloc(9), padding: 1 }),
  ],
  [
    "a response whose sizes do not add up",
    4006,
    (callId) => frame({ type: response, callId, payload: Buffer.alloc(8, 0xff) }),
  ],
  [
    "an answer to a call that was never made",
    4007,
    (callId) => frame({ type: response, callId: callId + 100n, payload: Buffer.alloc(8) }),
  ],
];

for (const [what, code, bytes] of closing) {
  test(`${what}: the client closes with ${code} and rejects the call`, async ({
    page,
    service,
  }) => {
    const hostile = await serveHostile((socket, callId) => socket.send(bytes(callId)));
    await page.goto(service.url);
    const { call, state } = await callHostile(page, hostile);
    // The call was sent, and may have run.
    expect(call).toEqual({ code: "unknown", reason: expect.stringContaining(String(code)) });
    expect(state).toBe("failed"); // it would be the same the next time
    await expect.poll(() => hostile.closeCodes).toEqual([code]);
    await hostile.close();
  });
}

/** Results of the right frame that are no message of the right type. */
const answers: readonly (readonly [string, () => Buffer])[] = [
  ["random bytes as results", () => Buffer.concat([Buffer.alloc(8), randomBytes(64)])],
  [
    "results with a pointer out of the message",
    () => {
      const payload = Buffer.alloc(24);
      payload.writeUInt32LE(1, 12); // one segment of one word,
      payload.writeUInt32LE(0x7fff_fffc, 16); // a struct half a gigabyte further on,
      payload.writeUInt32LE(1, 20); // with one word of data
      return payload;
    },
  ],
];

for (const [what, payload] of answers) {
  test(`${what}: that call rejects, the next one is made`, async ({ page, service }) => {
    const hostile = await serveHostile((socket, callId) =>
      socket.send(frame({ type: response, callId, payload: payload() })),
    );
    await page.goto(service.url);
    const { call, state } = await callHostile(page, hostile);
    expect(call).toMatchObject({ code: "internal" });
    expect(state).toBe("open");
    await hostile.close();
  });
}
