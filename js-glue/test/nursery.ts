// SPDX-License-Identifier: Apache-2.0
// Makes workers for tests of what makes them, and tells of each when it is made.
import type { Crew, RestartEvent } from "../src/workers/crew.ts";
import type { PageLink } from "../src/workers/page-link.ts";
import { TestWorker } from "./test-worker.ts";

/** What the script of the worker with that number does; those are counted from 0. */
export type Script = (page: PageLink, number: number) => void;

export class Nursery {
  readonly made: TestWorker[] = [];
  readonly #script: Script | undefined;
  readonly #waiting = new Map<number, (worker: TestWorker) => void>();

  /** Without a script they do nothing by themselves. */
  constructor(script?: Script) {
    this.#script = script;
  }

  readonly make = (): Worker => {
    const worker = new TestWorker();
    const number = this.made.push(worker) - 1;
    const script = this.#script;
    queueMicrotask(() => {
      if (script !== undefined) worker.start((page) => script(page, number));
      this.#waiting.get(number)?.(worker);
    });
    return worker.asWorker;
  };

  /** That worker, once it is made and its script has run. */
  worker(number: number): Promise<TestWorker> {
    const made = this.made[number];
    if (made !== undefined) return Promise.resolve(made);
    return new Promise((resolve) => this.#waiting.set(number, resolve));
  }

  /** It dies, and not by terminate(). */
  kill(number: number): void {
    this.made[number]?.page?.close();
  }

  get terminated(): boolean[] {
    return this.made.map(({ isTerminated }) => isTerminated);
  }

  close(): void {
    for (const worker of this.made) worker.terminate();
  }
}

/** The next such event. */
export function restart(crew: Crew, state: RestartEvent["state"]): Promise<RestartEvent> {
  return new Promise((resolve) => {
    const leave = crew.onRestart((event) => {
      if (event.state !== state) return;
      leave();
      resolve(event);
    });
  });
}

/** Something that happens once, and can be awaited. */
export class Happening {
  happened: () => void = () => {};
  readonly wait = new Promise<void>((resolve) => {
    this.happened = resolve;
  });
}
