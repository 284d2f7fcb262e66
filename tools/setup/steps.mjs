// SPDX-License-Identifier: Apache-2.0
// Runs set-up steps once each. A step is done when its stamp holds its key (version, package
// list, place) and its result is still there; the stamp is written last, so an interrupted
// step simply runs again.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stampsDir, toolchainDir } from "./paths.mjs";
import { SetupError } from "./process.mjs";

const heartbeatMs = 10_000; // often enough to see life, rare enough for a CI log

function isDone(step, stampPath) {
  try {
    return (
      readFileSync(stampPath, "utf8") === JSON.stringify(step.key) &&
      step.results.every((path) => existsSync(path))
    );
  } catch {
    return false;
  }
}

/** Replaces a file in one go: a reader sees the old text or the new one, never half of it. */
export function writeWhole(path, text) {
  writeFileSync(`${path}.part`, text);
  renameSync(`${path}.part`, path);
}

/** Starts a folder afresh, dropping what an interrupted run left there. */
export function emptyFolder(path) {
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
}

/**
 * step: { name, key, results, cost, run }. `results` are paths that must exist for the step to
 * count as done; `cost` is { download, disk, time } in words, shown before the wait begins.
 */
export async function runStep(step, stampsFolder = stampsDir) {
  const stampPath = join(stampsFolder, `${step.name.replaceAll(" ", "-")}.json`);
  if (isDone(step, stampPath)) return;
  rmSync(stampPath, { force: true });
  const { download, disk, time } = step.cost;
  const sizes = [download && `${download} to download`, disk && `${disk} on disk`, time];
  console.log(`setup: ${step.name} (${sizes.filter(Boolean).join(", ")})`);
  const startedMs = Date.now();
  const seconds = () => Math.round((Date.now() - startedMs) / 1000);
  let phase = "working";
  const heartbeat = setInterval(
    () => console.log(`setup: ${step.name}: ${phase}, ${seconds()} s so far`),
    heartbeatMs,
  );
  try {
    await step.run((next) => {
      phase = next;
    });
  } finally {
    clearInterval(heartbeat);
  }
  mkdirSync(stampsFolder, { recursive: true });
  writeWhole(stampPath, JSON.stringify(step.key));
  console.log(`setup: ${step.name}: done in ${seconds()} s`);
}

function processExists(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM"; // exists, but belongs to someone else
  }
}

/** Lets one set-up work on .toolchain/ at a time; `make -j` and a second terminal both happen. */
export async function withLock(work) {
  mkdirSync(toolchainDir, { recursive: true });
  const lockPath = join(toolchainDir, "setup.lock");
  await acquireLock(lockPath);
  try {
    return await work();
  } finally {
    rmSync(lockPath, { force: true });
  }
}

/** The process that holds the lock; undefined when it was just released. */
function lockHolder(lockPath) {
  try {
    return Number(readFileSync(lockPath, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function tryLock(lockPath) {
  try {
    writeFileSync(lockPath, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw new SetupError(`Cannot write to ${toolchainDir}: ${error.message}`);
  }
}

async function acquireLock(lockPath) {
  let announced = false;
  while (!tryLock(lockPath)) {
    const holder = lockHolder(lockPath);
    if (holder !== undefined && !processExists(holder)) {
      rmSync(lockPath, { force: true }); // its holder was killed
    } else if (holder && !announced) {
      announced = true;
      console.log(`setup: waiting for another set-up (process ${holder})`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
