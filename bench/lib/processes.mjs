// SPDX-License-Identifier: Apache-2.0
// Starts the servers under test, each a process of its own on a free port, and stops exactly those.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { nativeServer } from "./build.mjs";

/** Name of a server -> its origins, started once each. */
export class Servers {
  #running = new Map();
  #pagesFolder;

  constructor(pagesFolder) {
    this.#pagesFolder = pagesFolder;
  }

  /** What the server printed when it listened: `{ "origin": "http://127.0.0.1:4711", … }`. */
  async start(name) {
    const running = this.#running.get(name) ?? this.#spawn(name);
    this.#running.set(name, running);
    return (await running).origins;
  }

  async pidOf(name) {
    return (await this.#running.get(name)).child.pid;
  }

  async #spawn(name) {
    const [command, ...args] = commandOf(name);
    const child = spawn(command, [...args, this.#pagesFolder], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NODE_ENV: "production" },
    });
    const lines = createInterface(child.stdout);
    const line = await new Promise((resolve, reject) => {
      lines.once("line", resolve);
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`server ${name} ended with ${code}`)));
    });
    return { child, origins: JSON.parse(line) };
  }

  async stop() {
    for (const starting of this.#running.values()) {
      const server = await starting.catch(() => undefined); // start() has told it already
      if (server === undefined || server.child.exitCode !== null) continue;
      const exited = new Promise((resolve) => server.child.once("exit", resolve));
      server.child.kill("SIGTERM");
      await exited;
    }
  }
}

function commandOf(name) {
  if (name === "native") return [nativeServer];
  return [process.execPath, fileURLToPath(new URL(`../servers/${name}.mjs`, import.meta.url))];
}
