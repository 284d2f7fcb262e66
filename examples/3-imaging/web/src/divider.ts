// SPDX-License-Identifier: Apache-2.0
// The line between original and result: moved by pointer, or by the keys of a slider.
import { byId } from "../../../common/dom.ts";

const keySteps: { readonly [key: string]: number } = {
  ArrowLeft: -2,
  ArrowDown: -2,
  ArrowRight: 2,
  ArrowUp: 2,
  PageDown: -10,
  PageUp: 10,
  Home: -100,
  End: 100,
};

export class Divider {
  readonly #stage: HTMLElement;
  readonly #handle = byId("divider", HTMLButtonElement);
  #percent = 50;

  constructor(stage: HTMLElement) {
    this.#stage = stage;
    this.#handle.addEventListener("keydown", (event) => {
      const step = keySteps[event.key];
      if (step === undefined) return;
      event.preventDefault();
      this.#moveTo(this.#percent + step);
    });
    this.#handle.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.#handle.setPointerCapture(event.pointerId);
      const ended = new AbortController();
      const { signal } = ended;
      this.#handle.addEventListener("pointermove", (moved) => this.#follow(moved), { signal });
      for (const end of ["pointerup", "pointercancel"] as const) {
        this.#handle.addEventListener(end, () => ended.abort(), { signal });
      }
    });
    this.#moveTo(this.#percent);
  }

  #follow({ clientX }: PointerEvent): void {
    const { left, width } = this.#stage.getBoundingClientRect();
    this.#moveTo(((clientX - left) / width) * 100);
  }

  #moveTo(percent: number): void {
    this.#percent = Math.min(100, Math.max(0, percent));
    this.#stage.style.setProperty("--split", `${this.#percent}%`);
    this.#handle.setAttribute("aria-valuenow", String(Math.round(this.#percent)));
    this.#handle.setAttribute("aria-valuetext", `${Math.round(this.#percent)} % original`);
  }
}
