// SPDX-License-Identifier: Apache-2.0
// The example of docs/protocol.md, sent as it stands there.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import WebSocket from "ws";
import { expect, test } from "../../fixtures.ts";
import { repositoryRoot } from "../../support/paths.ts";

/** The bytes of the lines that begin with `mark`, without their explanations. */
function bytesOf(mark: string): Buffer {
  const text = readFileSync(join(repositoryRoot, "docs/protocol.md"), "utf8");
  const lines = text.split("\n").filter((line) => line.startsWith(`${mark} `));
  const hex = lines.map((line) => /^. +((?:[0-9a-f]+ ?)+)/.exec(line)?.[1] ?? "").join("");
  return Buffer.from(hex.replaceAll(" ", ""), "hex");
}

test("the conversation that docs/protocol.md shows", async ({ startServer }) => {
  const server = await startServer("example-1-hello");
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/rpc`, "cortado.v1");
  const expected = bytesOf("<");
  const received: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.on("open", () => socket.send(bytesOf(">")));
    socket.on("message", (data: Buffer) => {
      received.push(data);
      if (Buffer.concat(received).length >= expected.length) resolve();
    });
    socket.on("error", reject);
    socket.on("close", (code) => reject(new Error(`closed with ${code}`)));
  });
  socket.close(1000);
  expect(Buffer.concat(received).toString("hex")).toBe(expected.toString("hex"));
});
