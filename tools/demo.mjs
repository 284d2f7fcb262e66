// SPDX-License-Identifier: Apache-2.0
// npm run demo: runs the market example's server and says which page to open. PORT=8080.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { repositoryRoot } from "./setup/paths.mjs";

const host = "127.0.0.1";
const port = Number(process.env.PORT || 8080);
const server = join(repositoryRoot, "build/release/bin/example-2-market");
const startTimeoutMs = 10_000;

/** Whether a server may listen on the port: asked first, to answer with the cure. */
function isPortFree() {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

function isListening() {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

async function announceWhenReady(child) {
  const deadline = Date.now() + startTimeoutMs;
  while (child.exitCode === null && Date.now() < deadline) {
    if (await isListening()) {
      console.log(`\n  The market is open: http://localhost:${port}/   (Ctrl-C ends it)\n`);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function main() {
  if (!existsSync(server)) throw new Error("The example is not built yet: make demo");
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`PORT is "${process.env.PORT}"; it must be a number from 1 to 65535.`);
  }
  if (!(await isPortFree())) {
    throw new Error(`Port ${port} is in use. Choose another one: make demo PORT=${port + 1}`);
  }
  const child = spawn(server, ["--port", String(port)], { stdio: "inherit", cwd: repositoryRoot });
  // The terminal sends Ctrl-C to both; this process waits for the server's clean shutdown.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  child.once("close", (code) => {
    process.exitCode = code ?? 1;
  });
  await announceWhenReady(child);
}

try {
  await main();
} catch (error) {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
}
