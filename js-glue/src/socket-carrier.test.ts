// SPDX-License-Identifier: Apache-2.0
// The binary carrier with the real core, on sockets in memory.
import { describe, expect, test } from "vitest";
import { AdderClient } from "../test/adder.ts";
import { AdderServer } from "../test/adder-server.ts";
import { MemoryNetwork } from "../test/memory-socket.ts";
import { compiledCore } from "../test/module.ts";
import { connect } from "./connect.ts";

const wasm = compiledCore();

async function connected(server = new AdderServer()) {
  const network = new MemoryNetwork(server.accept);
  const client = await connect("http://test", {
    carrier: "websocket",
    webSocket: network.webSocket,
    wasm,
  });
  return { client, server, network, adder: new AdderClient(client) };
}

describe("calls", () => {
  test("a call is answered", async () => {
    const { adder } = await connected();
    expect(await adder.add({ a: 1, b: 2, note: "one and two" })).toEqual({
      sum: 3,
      note: "one and two",
    });
  });
});
