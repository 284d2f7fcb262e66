// SPDX-License-Identifier: Apache-2.0
// A real server binary, from its first line to its end.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { programsFolder, repositoryRoot } from "./paths.ts";
import { exited, freePort } from "./processes.ts";

const startTimeoutMs = 10_000;

export type ProgramName =
  | "cortado-server"
  | "e2e-service"
  | "example-1-hello"
  | "example-2-market"
  | "example-5-cpp-app";

export class ServerProcess {
  readonly port: number;
  readonly #program: string;
  readonly #args: readonly string[];
  #child: ChildProcess | undefined;
  readonly #lines: string[] = [];

  private constructor(program: string, port: number, args: readonly string[]) {
    this.#program = program;
    this.port = port;
    this.#args = args;
  }

  /** On `port`, by default one that is free. Rejects with what it printed when it does not start. */
  static async start(
    name: ProgramName,
    args: readonly string[] = [],
    port?: number,
  ): Promise<ServerProcess> {
    const program = join(programsFolder, name);
    if (!existsSync(program)) throw new Error(`${program} is not built: npm run build:native`);
    const chosen = port ?? (await freePort());
    // The smallest example has no options: its one argument is the port.
    const portArgs = name === "example-1-hello" ? [String(chosen)] : ["--port", String(chosen)];
    const server = new ServerProcess(program, chosen, [...portArgs, ...args]);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it printed so far, for messages of failed tests. */
  get output(): string {
    return this.#lines.join("\n");
  }

  /** Of the process that runs; undefined: none does. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Bytes of memory that the process has (resident set). */
  get memorySize(): number {
    return (
      1024 *
      Number(execFileSync("ps", ["-o", "rss=", "-p", String(this.pid)], { encoding: "utf8" }))
    );
  }

  /** A number of /metrics, by name and labels as they are printed there. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const line = text.split("\n").find((line) => line.startsWith(`${name} `));
    if (line === undefined) throw new Error(`there is no ${name} in /metrics`);
    return Number(line.slice(name.length + 1));
  }

  /** Again, on the same port. */
  async start(): Promise<void> {
    const child = spawn(this.#program, this.#args, {
      cwd: repositoryRoot,
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) =>
        reject(new Error(`${this.#program} ${why}; it printed:\n${this.output}`));
      const timer = setTimeout(() => fail("printed no address"), startTimeoutMs);
      const read = (line: string) => {
        this.#lines.push(line);
        if (!line.includes(`:${this.port}`)) return;
        clearTimeout(timer);
        resolve();
      };
      for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on("line", read);
      }
      child.once("error", (error) => fail(error.message));
      child.once("exit", (code, signal) => {
        clearTimeout(timer);
        fail(`ended with ${code ?? signal}`);
      });
    });
  }

  /** Ends it and waits for the end; resolves to its exit status, undefined when a signal ended it. */
  async end(signal: "SIGTERM" | "SIGKILL"): Promise<number | undefined> {
    const child = this.#child;
    if (child === undefined) return undefined;
    child.kill(signal);
    await exited(child);
    this.#child = undefined;
    return child.exitCode ?? undefined;
  }

  /** Without a last word to anybody, as a crash or a power cut would. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }
}
