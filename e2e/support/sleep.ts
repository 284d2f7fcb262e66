// SPDX-License-Identifier: Apache-2.0
// A machine that sleeps, or a tab that the system freezes: the processes of the browser stand still,
// and its connections stay as they are.
import { execFileSync } from "node:child_process";

/** All processes that this one has started, and those they have, but for `excepted` and theirs. */
function descendants(excepted: readonly (number | undefined)[]): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" }).split("\n");
  const processes = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const found = [process.pid];
  for (const parent of found) {
    for (const [pid, ppid] of processes) {
      if (pid !== undefined && ppid === parent && !excepted.includes(pid)) found.push(pid);
    }
  }
  return found.slice(1);
}

function signal(pid: number, name: "SIGSTOP" | "SIGCONT"): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // else it has ended meanwhile
  }
}

/** Lets the browser of this test sleep while `act` runs; `awake` are the servers' processes. */
export async function whileAsleep(
  awake: readonly (number | undefined)[],
  act: () => Promise<void>,
): Promise<void> {
  const asleep = descendants(awake);
  for (const pid of asleep) signal(pid, "SIGSTOP");
  try {
    await act();
  } finally {
    for (const pid of asleep) signal(pid, "SIGCONT");
  }
}
