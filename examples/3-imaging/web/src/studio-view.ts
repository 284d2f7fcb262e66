// SPDX-License-Identifier: Apache-2.0
// Who works, by which carrier calls go and why, and what the last picture took.
import type { LocalCarrier, WorkerDiagnosis } from "cortado/workers";
import { byId, make, setText } from "../../../common/dom.ts";
import { colourOf } from "./bands-view.ts";
import type { Progress } from "./developing.ts";
import { capitalised, formatDuration, megapixels } from "./format.ts";
import type { Studio } from "./studio.ts";

const carrierNames: { readonly [carrier in LocalCarrier]: string } = {
  bus: "the bus, in shared memory",
  port: "message ports",
};

interface WorkerRow {
  readonly row: HTMLElement;
  readonly count: HTMLElement;
}

export class StudioView {
  readonly #state = byId("state", HTMLElement);
  readonly #workers = byId("workers", HTMLElement);
  readonly #bandCounts = new Map<string, number>();
  #rows: ReadonlyMap<string, WorkerRow> = new Map();

  /** `state`: "busy", "done" or "failed". */
  say(state: string, words: string): void {
    this.#state.dataset["state"] = state;
    setText(this.#state, words);
  }

  diagnose({ carrier, why, findings }: WorkerDiagnosis): void {
    const name = carrier === undefined ? "no carrier yet" : carrierNames[carrier];
    document.body.dataset["carrier"] = carrier ?? "";
    byId("diagnosis", HTMLElement).replaceChildren(
      line("good", `Calls go by ${name}: ${why}.`, ""),
      ...findings.map(({ finding, cure }) => line("hint", `${capitalised(finding)}.`, cure)),
    );
  }

  counted(worker: string): void {
    this.#bandCounts.set(worker, (this.#bandCounts.get(worker) ?? 0) + 1);
  }

  showWorkers(studio: Studio): void {
    const names = studio.hands.map(({ name }) => name);
    if (names.join() !== [...this.#rows.keys()].join()) this.#showRows(names, studio);
    for (const { name, isBusy } of studio.hands) {
      const shown = this.#rows.get(name);
      if (shown === undefined) continue;
      shown.row.dataset["busy"] = String(isBusy);
      setText(shown.count, `${this.#bandCounts.get(name) ?? 0} bands`);
    }
    const words = studio.hands.length === 1 ? "1 worker" : `${studio.hands.length} workers`;
    setText(byId("worker-count", HTMLElement), words);
  }

  /** Those who are there stay the same elements, with what is focused in them. */
  #showRows(names: readonly string[], studio: Studio): void {
    const rows = names.map((name) => [name, this.#rows.get(name) ?? rowOf(name, studio)] as const);
    this.#rows = new Map(rows);
    this.#workers.replaceChildren(...rows.map(([, { row }]) => row));
  }

  /** `heldBytes` of shared memory; undefined where there is none. */
  showTook({ plan, tookMs, workMs, bands }: Progress, heldBytes: number | undefined): void {
    const pixels = plan.width * plan.height;
    figure("took", ...formatDuration(tookMs));
    figure("rate", megapixels((pixels / tookMs) * 1000), "MP/s");
    figure("work", ...formatDuration(workMs));
    figure("band-count", String(bands), "");
    if (heldBytes !== undefined) figure("held", (heldBytes / (1 << 20)).toFixed(0), "MiB");
  }

  showDraft({ tookMs }: Progress): void {
    figure("draft", ...formatDuration(tookMs));
  }
}

function rowOf(name: string, studio: Studio): WorkerRow {
  const count = make("span", { class: "quiet" });
  const stop = make("button", { type: "button", "aria-label": `Terminate ${name}` }, "Terminate");
  stop.addEventListener("click", () => studio.terminate(name));
  const row = make("li", { "data-worker": colourOf(name) }, make("b", {}, name), count, stop);
  return { row, count };
}

function figure(id: string, value: string, unit: string): void {
  byId(id, HTMLElement).replaceChildren(`${value} `, make("small", {}, unit));
}

function line(level: "good" | "hint", text: string, cure: string): HTMLLIElement {
  const words = make("span", {}, text);
  if (cure !== "") words.append(make("small", {}, `${capitalised(cure)}.`));
  return make("li", { "data-level": level }, words);
}
