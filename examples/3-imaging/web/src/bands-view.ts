// SPDX-License-Identifier: Apache-2.0
// Which bands are there, and who made them: a cell each, beside the picture.
import { byId, make } from "../../../common/dom.ts";
import { bandCountOf, type Plan } from "./plan.ts";

/** Colours of workers; styles/stage.css has as many. */
const colours = 8;

export function colourOf(worker: string): string {
  return String((Number(worker.replace(/\D/g, "")) - 1) % colours);
}

export class BandsView {
  readonly #element = byId("bands", HTMLElement);
  #cells: readonly HTMLElement[] = [];
  #plan: Plan | undefined;
  #done = 0;

  begin(plan: Plan): void {
    if (plan !== this.#plan) {
      this.#plan = plan;
      this.#cells = Array.from({ length: bandCountOf(plan) }, () => make("i"));
      this.#element.replaceChildren(...this.#cells);
    }
    for (const cell of this.#cells) delete cell.dataset["worker"];
    this.#element.setAttribute("aria-valuemax", String(this.#cells.length));
    this.#element.setAttribute("aria-valuenow", "0");
    this.#done = 0;
  }

  done(first: number, worker: string): void {
    const cell = this.#cells[Math.floor(first / (this.#plan?.bandRows ?? 1))];
    if (cell === undefined) return;
    if (cell.dataset["worker"] === undefined) this.#done += 1;
    cell.dataset["worker"] = colourOf(worker);
    this.#element.setAttribute("aria-valuenow", String(this.#done));
  }
}
