// SPDX-License-Identifier: Apache-2.0
// Running other programs: output goes to a log, and to the terminal only when they fail.
import { spawn, spawnSync } from "node:child_process";
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
} from "node:fs";
import { delimiter, join } from "node:path";
import { logsDir, repositoryRoot } from "./paths.mjs";

/** A failure with a message for the user: printed without a stack trace. */
export class SetupError extends Error {
  name = "SetupError";
}

/** The full path of a program on PATH, or undefined. */
export function findCommand(name) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const candidate = join(folder, name);
    try {
      accessSync(candidate, constants.X_OK);
      return candidate;
    } catch {
      // Not in this folder; the next one may have it.
    }
  }
  return undefined;
}

/** Standard output of a short command, trimmed, or undefined when it fails. */
export function outputOf(command, args, options = {}) {
  const result = spawnSync(command, args, { encoding: "utf8", ...options });
  return result.status === 0 ? result.stdout.trim() : undefined;
}

/** The first and last lines of a failed program's output: the cause is at either end. */
function excerpt(text, lineCount) {
  const lines = text.trimEnd().split("\n");
  if (lines.length <= 2 * lineCount) return lines.join("\n");
  return [...lines.slice(0, lineCount), "[...]", ...lines.slice(-lineCount)].join("\n");
}

/** Runs a program; its output is appended to .toolchain/logs/LOG.log. Throws when it fails. */
export async function run(command, args, { log, ...options }) {
  mkdirSync(logsDir, { recursive: true });
  const logPath = join(logsDir, `${log}.log`);
  const output = openSync(logPath, "a");
  const startOffset = fstatSync(output).size;
  try {
    const { code, signal } = await finished(
      spawn(command, args, { cwd: repositoryRoot, ...options, stdio: ["ignore", output, output] }),
    );
    if (code !== 0) {
      const reason = signal === null ? `exit status ${code}` : `signal ${signal}`;
      // apt's many options would bury what it was asked for.
      const shown = args.filter((argument, index) => ![argument, args[index - 1]].includes("-o"));
      const commandLine = [command, ...shown].join(" ").slice(0, 400);
      const text = readFileSync(logPath).subarray(startOffset).toString();
      throw new SetupError(
        `${commandLine}\nfailed (${reason}). Its output, whole in ${logPath}:\n\n${excerpt(text, 12)}`,
      );
    }
  } finally {
    closeSync(output);
  }
}

function finished(child) {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
}
