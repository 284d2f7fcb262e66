// SPDX-License-Identifier: Apache-2.0
// The two pictures, one over the other: the original to the left of the divider, the result to the
// right of it. Fitted, the small pictures are shown; from 1:1 on, the pixels.

import { byId, setText } from "../../../common/dom.ts";
import { Divider } from "./divider.ts";
import type { Layer, Region } from "./layer.ts";
import type { Plan } from "./plan.ts";

export interface Shown {
  readonly plan: Plan;
  readonly before: Layer;
  readonly after: Layer;
}

type LayerName = "before" | "after";
const layerNames: readonly LayerName[] = ["before", "after"];

/** Screen pixels for a pixel of the picture; 0: all of it is to be seen. */
const zooms: readonly number[] = [0, 1, 2, 4];
const arrowStep = 64;

export class Viewer {
  readonly #stage = byId("stage", HTMLElement);
  readonly #canvases = {
    before: contextOf(byId("before", HTMLCanvasElement)),
    after: contextOf(byId("after", HTMLCanvasElement)),
  };
  readonly #zoomButtons = [...byId("zooms", HTMLElement).querySelectorAll("input")];
  #shown: Shown | undefined;
  #zoom = 0;
  /** What is in the middle, in pixels of the picture. */
  #middle = { x: 0, y: 0 };
  /** Which are to be drawn with the next frame. */
  readonly #stale = new Set<LayerName>();

  constructor() {
    new Divider(this.#stage);
    new ResizeObserver(() => this.#resize()).observe(this.#stage);
    for (const [index, input] of this.#zoomButtons.entries()) {
      input.addEventListener("change", () => this.#setZoom(zooms[index] ?? 0));
    }
    this.#stage.addEventListener("pointerdown", (event) => this.#drag(event));
    this.#stage.addEventListener("dblclick", (event) => this.#look(event));
    this.#stage.addEventListener("keydown", (event) => this.#key(event));
  }

  show(shown: Shown | undefined): void {
    const isOther = shown?.plan !== this.#shown?.plan;
    this.#shown = shown;
    if (shown !== undefined && isOther) {
      const { width, height } = shown.plan;
      this.#middle = { x: width / 2, y: height / 2 };
      this.#setZoom(0);
    }
    this.redraw();
  }

  /** With the next frame: what has changed. */
  redraw(...names: readonly LayerName[]): void {
    if (this.#stale.size === 0) requestAnimationFrame(() => this.#draw());
    for (const name of names.length > 0 ? names : layerNames) this.#stale.add(name);
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.#stage;
    for (const { canvas } of Object.values(this.#canvases)) {
      canvas.width = Math.max(1, Math.round(clientWidth * devicePixelRatio));
      canvas.height = Math.max(1, Math.round(clientHeight * devicePixelRatio));
    }
    for (const name of layerNames) this.#stale.add(name);
    this.#draw(); // at once: a canvas that was sized is empty
  }

  #setZoom(zoom: number): void {
    this.#zoom = zoom;
    const index = zooms.indexOf(zoom);
    const input = this.#zoomButtons[index];
    if (input !== undefined) input.checked = true;
    this.#stage.dataset["zoomed"] = String(zoom > 0);
    this.redraw();
  }

  // --- looking about ---------------------------------------------------------------------------

  #scale(): number {
    const { canvas } = this.#canvases.before;
    if (this.#zoom > 0 || this.#shown === undefined) return this.#zoom || 1;
    const { width, height } = this.#shown.plan;
    return Math.min(canvas.width / width, canvas.height / height);
  }

  #drag(event: PointerEvent): void {
    if (this.#zoom === 0 || event.button !== 0 || event.target instanceof HTMLButtonElement) return;
    const begin = { ...this.#middle };
    const ended = new AbortController();
    const scale = devicePixelRatio / this.#scale();
    const move = ({ clientX, clientY }: PointerEvent) =>
      this.#moveTo(
        begin.x - (clientX - event.clientX) * scale,
        begin.y - (clientY - event.clientY) * scale,
      );
    this.#stage.setPointerCapture(event.pointerId);
    this.#stage.addEventListener("pointermove", move, { signal: ended.signal });
    for (const end of ["pointerup", "pointercancel"] as const) {
      this.#stage.addEventListener(end, () => ended.abort(), { signal: ended.signal });
    }
  }

  /** Close to there, or at all of it again. */
  #look({ clientX, clientY }: MouseEvent): void {
    if (this.#zoom > 0) {
      this.#setZoom(0);
      return;
    }
    const { left, top, width, height } = this.#stage.getBoundingClientRect();
    const scale = devicePixelRatio / this.#scale();
    const x = this.#middle.x + (clientX - left - width / 2) * scale;
    const y = this.#middle.y + (clientY - top - height / 2) * scale;
    this.#setZoom(1);
    this.#moveTo(x, y);
  }

  #key(event: KeyboardEvent): void {
    if (event.target !== this.#stage) return;
    const step = arrowStep / this.#scale();
    const { x, y } = this.#middle;
    const index = zooms.indexOf(this.#zoom);
    const actions: { readonly [key: string]: () => void } = {
      ArrowLeft: () => this.#moveTo(x - step, y),
      ArrowRight: () => this.#moveTo(x + step, y),
      ArrowUp: () => this.#moveTo(x, y - step),
      ArrowDown: () => this.#moveTo(x, y + step),
      "+": () => this.#setZoom(zooms[Math.min(zooms.length - 1, index + 1)] ?? 0),
      "-": () => this.#setZoom(zooms[Math.max(0, index - 1)] ?? 0),
      "0": () => this.#setZoom(0),
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  }

  #moveTo(x: number, y: number): void {
    this.#lookAt(x, y);
    this.redraw();
  }

  /** Not beyond the picture. */
  #lookAt(x: number, y: number): void {
    if (this.#shown === undefined) return;
    const { canvas } = this.#canvases.before;
    const within = (at: number, size: number, seen: number) =>
      seen >= size ? size / 2 : Math.min(Math.max(at, seen / 2), size - seen / 2);
    const scale = this.#scale();
    const { width, height } = this.#shown.plan;
    this.#middle = {
      x: within(x, width, canvas.width / scale),
      y: within(y, height, canvas.height / scale),
    };
  }

  // --- drawing ---------------------------------------------------------------------------------

  #draw(): void {
    this.#lookAt(this.#middle.x, this.#middle.y);
    for (const name of this.#stale) {
      const context = this.#canvases[name];
      const { width, height } = context.canvas;
      context.clearRect(0, 0, width, height);
      if (this.#shown !== undefined) this.#drawLayer(context, this.#shown[name], this.#shown.plan);
    }
    this.#stale.clear();
    const words = this.#shown === undefined ? "" : `${Math.round(this.#scale() * 100)} %`;
    setText(byId("scale", HTMLElement), words);
  }

  #drawLayer(context: CanvasRenderingContext2D, layer: Layer, plan: Plan): void {
    const { canvas } = context;
    const scale = this.#scale();
    const left = Math.round(canvas.width / 2 - this.#middle.x * scale);
    const top = Math.round(canvas.height / 2 - this.#middle.y * scale);
    context.imageSmoothingEnabled = true;
    context.imageSmoothingQuality = "high";
    context.drawImage(layer.small, left, top, plan.width * scale, plan.height * scale);
    if (this.#zoom === 0) return;
    const region = visible(canvas, plan, { left, top, scale });
    const close = document.createElement("canvas");
    close.width = region.width;
    close.height = region.height;
    contextOf(close).putImageData(layer.read(region), 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(
      ...([close, left + region.x * scale, top + region.y * scale] as const),
      ...([region.width * scale, region.height * scale] as const),
    );
  }
}

function visible(
  canvas: HTMLCanvasElement,
  plan: Plan,
  { left, top, scale }: { left: number; top: number; scale: number },
): Region {
  const x = Math.max(0, Math.floor(-left / scale));
  const y = Math.max(0, Math.floor(-top / scale));
  const right = Math.min(plan.width, Math.ceil((canvas.width - left) / scale));
  const bottom = Math.min(plan.height, Math.ceil((canvas.height - top) / scale));
  return { x, y, width: Math.max(1, right - x), height: Math.max(1, bottom - y) };
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("this browser has no 2D canvas");
  return context;
}
