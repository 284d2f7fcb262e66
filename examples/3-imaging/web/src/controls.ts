// SPDX-License-Identifier: Apache-2.0
// The sliders, and settings of all of them at once.
import { byId, make, setText } from "../../../common/dom.ts";
import type { Settings } from "./generated/imaging.cortado.ts";

interface Slider {
  readonly key: keyof Settings;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly format: (value: number) => string;
}

const minus = "\u2212";
const signed = (value: number, digits: number) =>
  `${value > 0 ? "+" : ""}${value.toFixed(digits)}`.replace("-", minus);
const percent = (value: number) => signed(value * 100, 0);
const share = (value: number) => (value * 100).toFixed(0);

const sliders: readonly Slider[] = [
  {
    key: "exposure",
    label: "Exposure",
    min: -3,
    max: 3,
    step: 0.05,
    format: (value) => `${signed(value, 2)} EV`,
  },
  { key: "contrast", label: "Contrast", min: -1, max: 1, step: 0.01, format: percent },
  { key: "warmth", label: "Warmth", min: -1, max: 1, step: 0.01, format: percent },
  { key: "saturation", label: "Saturation", min: -1, max: 1, step: 0.01, format: percent },
  { key: "denoise", label: "Denoise", min: 0, max: 1, step: 0.01, format: share },
  { key: "sharpness", label: "Sharpness", min: 0, max: 2, step: 0.01, format: share },
  {
    key: "radius",
    label: "Radius",
    min: 0.5,
    max: 3,
    step: 0.1,
    format: (value) => `${value.toFixed(1)} px`,
  },
  { key: "vignette", label: "Vignette", min: -1, max: 1, step: 0.01, format: percent },
];

export const asShot: Settings = {
  exposure: 0,
  contrast: 0,
  warmth: 0,
  saturation: 0,
  denoise: 0,
  sharpness: 0,
  radius: 1,
  vignette: 0,
};

const presets: { readonly [name: string]: Partial<Settings> } = {
  "As shot": {},
  "Silver print": {
    exposure: 0.35,
    contrast: 0.5,
    saturation: -1,
    sharpness: 0.8,
    radius: 1.4,
    vignette: 0.35,
  },
  "Golden hour": {
    exposure: 0.45,
    contrast: 0.15,
    warmth: 0.5,
    saturation: 0.3,
    denoise: 0.3,
    vignette: 0.2,
  },
  "Blue night": {
    exposure: -0.9,
    contrast: 0.25,
    warmth: -0.75,
    saturation: 0.1,
    denoise: 0.4,
    vignette: 0.6,
  },
  Crisp: {
    exposure: 0.2,
    contrast: 0.3,
    saturation: 0.15,
    denoise: 0.45,
    sharpness: 1.3,
    radius: 1.6,
  },
};

export const firstPreset = "Silver print";

export class Controls {
  readonly #inputs = new Map<keyof Settings, HTMLInputElement>();
  readonly #onChange: (settings: Settings) => void;

  constructor(onChange: (settings: Settings) => void) {
    this.#onChange = onChange;
    byId("sliders", HTMLElement).append(...sliders.map((slider) => this.#row(slider)));
    byId("presets", HTMLElement).append(...Object.keys(presets).map((name) => this.#preset(name)));
    this.choose(firstPreset);
  }

  get settings(): Settings {
    const settings = { ...asShot };
    for (const [key, input] of this.#inputs) settings[key] = input.valueAsNumber;
    return settings;
  }

  choose(name: string): void {
    const settings = { ...asShot, ...presets[name] };
    for (const [key, input] of this.#inputs) {
      input.valueAsNumber = settings[key];
      this.#show(key);
    }
    this.#changed();
  }

  #row({ key, label, min, max, step }: Slider): HTMLElement {
    const input = make("input", { type: "range", id: key, min, max, step });
    this.#inputs.set(key, input);
    input.addEventListener("input", () => {
      this.#show(key);
      this.#changed();
    });
    input.addEventListener("dblclick", () => {
      input.valueAsNumber = asShot[key];
      this.#show(key);
      this.#changed();
    });
    const output = make("output", { for: key, id: `${key}-value` });
    return make("div", { class: "slider" }, make("label", { for: key }, label), input, output);
  }

  #preset(name: string): HTMLButtonElement {
    const button = make("button", { type: "button", "aria-pressed": "false" }, name);
    button.addEventListener("click", () => this.choose(name));
    return button;
  }

  #show(key: keyof Settings): void {
    const slider = sliders.find((each) => each.key === key);
    const input = this.#inputs.get(key);
    if (slider === undefined || input === undefined) return;
    const { min, max, format } = slider;
    const value = input.valueAsNumber;
    setText(byId(`${key}-value`, HTMLOutputElement), format(value));
    const at = (value: number) => `${((value - min) / (max - min)) * 100}%`;
    const zero = Math.max(min, Math.min(max, asShot[key]));
    input.style.setProperty("--from", at(Math.min(zero, value)));
    input.style.setProperty("--to", at(Math.max(zero, value)));
  }

  #changed(): void {
    const { settings } = this;
    for (const button of byId("presets", HTMLElement).querySelectorAll("button")) {
      const preset: Settings = { ...asShot, ...presets[button.textContent ?? ""] };
      const isIt = sliders.every(({ key }) => Math.abs(preset[key] - settings[key]) < 1e-6);
      button.setAttribute("aria-pressed", String(isIt));
    }
    this.#onChange(settings);
  }
}
