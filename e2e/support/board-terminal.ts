// SPDX-License-Identifier: Apache-2.0
// The board of examples/5-cpp-app from a terminal: its native program, without a person at the keys.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { programsFolder } from "./paths.ts";

export class BoardTerminal {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  #error = "";
  readonly #watching: Promise<void>;

  /** Joins the board at `url` (http:) with these arguments. */
  constructor(url: string, ...args: string[]) {
    const program = join(programsFolder, "example-5-board-terminal");
    this.#child = spawn(program, ["--url", url, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stderr?.on("data", (text) => {
      this.#error += text;
    });
    this.#watching = new Promise((resolve, reject) => {
      createInterface({ input: this.#child.stdout ?? process.stdin }).on("line", (line) => {
        this.#lines.push(line);
        if (line === "watching") resolve();
      });
      this.#child.once("close", () => reject(new Error(`it ended: ${this.#error}`)));
    });
    this.#watching.catch(() => {}); // only who waits for it is told
  }

  /** Resolves once --watch has begun. */
  async watching(): Promise<void> {
    await this.#watching;
  }

  /** What it printed, when it has ended well. */
  async lines(): Promise<readonly string[]> {
    if (this.#child.exitCode === null) await once(this.#child, "close");
    if (this.#child.exitCode !== 0) throw new Error(`it failed: ${this.#error}`);
    return this.#lines.filter((line) => line !== "watching");
  }

  end(): void {
    this.#child.kill("SIGKILL");
  }
}
