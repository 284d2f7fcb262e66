// SPDX-License-Identifier: Apache-2.0
// Processes: an X display without a screen, and WebKitGTK's MiniBrowser on it with its inspector on
// a local port. Knows nothing of what is said to the inspector.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { exited, freePort, retryUntil } from "../support/processes.ts";

const startTimeoutMs = 15_000;
const endTimeoutMs = 3_000;

export interface Display {
  /** ":99" */
  readonly name: string;
  close(): Promise<void>;
}

export async function startDisplay(): Promise<Display> {
  // -displayfd: X takes a display that is free and writes its number there.
  const args = ["-displayfd", "3", "-screen", "0", "1280x800x24", "-nolisten", "tcp"];
  const process = spawn("Xvfb", args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const numbers = process.stdio[3] as Readable; // "pipe" above
  const number = await new Promise<string>((resolve, reject) => {
    numbers.once("data", (data) => resolve(String(data).trim()));
    process.once("exit", (code) =>
      reject(new Error(`Xvfb ended with ${code} before it was ready`)),
    );
    process.once("error", reject);
  });
  return {
    name: `:${number}`,
    async close() {
      process.kill();
      await exited(process);
    },
  };
}

export interface MiniBrowser {
  /** The WebSocket at which its one page is inspected. */
  readonly inspectorUrl: string;
  close(): Promise<void>;
}

const flags = [
  "--full-screen",
  "--enable-page-cache=false",
  "--features=+FileSystem,+AccessHandle,+StorageAPI,+StorageAPIEstimate",
];

export async function launchMiniBrowser(program: string, display: string): Promise<MiniBrowser> {
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), "cortado-webkit-"));
  const child = spawn(program, [...flags, "about:blank"], {
    detached: true, // a process group: its web and network processes end with it
    stdio: "ignore",
    env: environment(display, home, port),
  });
  const close = async () => {
    await endGroup(child);
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const path = await retryUntil(startTimeoutMs, () => inspectorPath(child, port));
    return { inspectorUrl: `ws://127.0.0.1:${port}/${path}`, close };
  } catch (cause) {
    await close();
    throw new Error("MiniBrowser did not offer its page to the inspector", { cause });
  }
}

function environment(display: string, home: string, port: number): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    HOME: home,
    LANG: "en_US.UTF-8", // navigator.language; "C" is none, and Intl refuses it
    DISPLAY: display,
    GDK_BACKEND: "x11",
    NO_AT_BRIDGE: "1",
    GSETTINGS_BACKEND: "memory",
    LIBGL_ALWAYS_SOFTWARE: "1",
    XDG_DATA_HOME: join(home, "data"),
    XDG_CACHE_HOME: join(home, "cache"),
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_RUNTIME_DIR: home,
    JSC_useSharedArrayBuffer: "1", // off by default where the build does not ask for it
    WEBKIT_INSPECTOR_HTTP_SERVER: `127.0.0.1:${port}`,
  };
}

/** The path in the list of pages that the inspector serves, once it does. */
async function inspectorPath(child: ChildProcess, port: number): Promise<string | undefined> {
  if (child.exitCode !== null) throw new Error(`MiniBrowser ended with ${child.exitCode}`);
  const list = await (await fetch(`http://127.0.0.1:${port}/`)).text();
  return /socket\/\d+\/\d+\/WebPage/.exec(list)?.[0];
}

async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, "SIGTERM");
  const timer = setTimeout(() => process.kill(-(child.pid as number), "SIGKILL"), endTimeoutMs);
  await exited(child);
  clearTimeout(timer);
}
