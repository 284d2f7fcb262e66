// SPDX-License-Identifier: Apache-2.0
// Wires the views to the studio: what is opened, developed, shown and taken home. Read #openSample,
// #openFile and #edit to see the calls.
import { RpcError } from "cortado";
import { byId, setText } from "../../../common/dom.ts";
import { BandsView } from "./bands-view.ts";
import { Comparison } from "./comparison/comparison.ts";
import { asShot, Controls } from "./controls.ts";
import { decode, encode, landscape, type Progress } from "./developing.ts";
import { Editing } from "./editing.ts";
import { formatDuration, formatSize } from "./format.ts";
import type { Band, Settings } from "./generated/imaging.cortado.ts";
import { HistogramView } from "./histogram-view.ts";
import { Photo } from "./photo.ts";
import { type Plan, planOf } from "./plan.ts";
import { Studio } from "./studio.ts";
import { StudioView } from "./studio-view.ts";
import { Viewer } from "./viewer.ts";

/** Widths of the sample photo; it is two thirds as high. */
const sampleWidths: { readonly [megapixels: string]: number } = {
  "24": 6000,
  "6": 3000,
  "1.5": 1536,
};
const workersMax = 8;
const quality = 92;

export class Darkroom {
  readonly #view = new StudioView();
  readonly #viewer = new Viewer();
  readonly #bands = new BandsView();
  readonly #histogram = new HistogramView();
  readonly #studio: Studio;
  readonly #controls: Controls;
  readonly #download = byId("download", HTMLButtonElement);
  readonly #sample = byId("sample", HTMLSelectElement);
  readonly #firstWidth: number | undefined;
  #photo: Photo | undefined;
  #editing: Editing | undefined;
  #settings: Settings = asShot;
  /** One photo is opened at a time. */
  #opening: Promise<void> = Promise.resolve();

  /** `query`: `sample` (megapixels) or `width`, `workers`, and `carrier=port`: messages in any case. */
  constructor(query: URLSearchParams) {
    // The page itself has little to do meanwhile: as many workers as there are cores.
    const size = Number(query.get("workers")) || navigator.hardwareConcurrency || 2;
    this.#studio = new Studio({
      size: Math.min(workersMax, Math.max(1, size)),
      carrier: query.get("carrier") === "port" ? "port" : "bus",
      onChange: () => this.#view.showWorkers(this.#studio),
      onLost: (name, why) => this.#lost(name, why),
    });
    this.#view.showWorkers(this.#studio);
    this.#controls = new Controls((settings) => {
      this.#settings = settings;
      this.#editing?.set(settings);
    });
    this.#settings = this.#controls.settings;
    this.#firstWidth = Number(query.get("width")) || undefined;
    const wanted = query.get("sample") ?? "";
    if (wanted in sampleWidths) this.#sample.value = wanted;
    this.#listen();
  }

  async run(): Promise<void> {
    try {
      await this.#studio.opened();
    } catch (thrown) {
      this.#view.say("failed", RpcError.from(thrown).reason);
      return;
    }
    this.#view.diagnose(this.#studio.diagnose());
    new Comparison();
    await this.#open(() => this.#openSample(this.#firstWidth));
  }

  /** What was made, from the top: for the console, and for tests. Waits until it is finished. */
  async result(): Promise<Uint8Array<ArrayBuffer>> {
    await this.#opening;
    await this.#editing?.settled;
    const bands = this.#editing?.prints.bands() ?? [];
    return new Uint8Array(await new Blob(bands.map(({ pixels }) => pixels.slice())).arrayBuffer());
  }

  /** Of shared memory: for tests, too. */
  get heldBytes(): number | undefined {
    return this.#studio.heldBytes;
  }

  #listen(): void {
    this.#sample.addEventListener("change", () => void this.#open(() => this.#openSample()));
    const input = byId("file", HTMLInputElement);
    input.addEventListener("change", () => {
      const [file] = input.files ?? [];
      if (file !== undefined) void this.#open(() => this.#openFile(file));
      input.value = "";
    });
    byId("open", HTMLButtonElement).addEventListener("click", () => input.click());
    const { body } = document;
    body.addEventListener("dragover", (event) => event.preventDefault());
    body.addEventListener("drop", (event) => {
      event.preventDefault();
      const [file] = event.dataTransfer?.files ?? [];
      if (file !== undefined) void this.#open(() => this.#openFile(file));
    });
    this.#download.addEventListener("click", () => void this.#save());
  }

  // --- opening ---------------------------------------------------------------------------------

  #open(how: () => Promise<void>): Promise<void> {
    this.#opening = this.#opening.then(async () => {
      try {
        await how();
      } catch (thrown) {
        this.#view.say("failed", RpcError.from(thrown).reason);
      }
    });
    return this.#opening;
  }

  async #openSample(width = sampleWidths[this.#sample.value] ?? 6000): Promise<void> {
    const plan = planOf(width, Math.round((width * 2) / 3));
    const photo = await this.#place(plan, "Sample");
    const progress = await landscape(this.#studio, {
      plan,
      signal: new AbortController().signal,
      onBand: (band, { done, bands }) => {
        this.#came(photo, band);
        this.#view.say("busy", `Computing a landscape: ${done} of ${bands} bands`);
      },
    });
    this.#edit(photo, `Computed in ${formatDuration(progress.tookMs).join(" ")}`);
  }

  async #openFile(file: File): Promise<void> {
    this.#view.say("busy", `Decoding ${file.name}`);
    const startedMs = performance.now();
    let photo: Photo | undefined;
    await decode(this.#studio, file, async (band) => {
      photo ??= await this.#place(planOf(band.width, band.height), file.name);
      this.#came(photo, band);
    });
    if (photo === undefined) throw new RpcError("invalid_argument", "the picture is empty");
    const took = formatDuration(performance.now() - startedMs).join(" ");
    this.#edit(photo, `Decoded in ${took}`);
  }

  /** A band of the photo itself. */
  #came(photo: Photo, band: Band): void {
    this.#arrived(band);
    photo.put(band);
    this.#viewer.redraw();
  }

  /** Makes room for a new photo; the old one is gone. */
  async #place(plan: Plan, name: string): Promise<Photo> {
    this.#download.disabled = true;
    await this.#editing?.close();
    this.#editing = undefined;
    this.#viewer.show(undefined);
    this.#photo?.release();
    const photo = new Photo(this.#studio, plan, name);
    this.#photo = photo;
    this.#histogram.clear();
    this.#bands.begin(plan);
    this.#viewer.show({ plan, before: photo.layer, after: photo.layer });
    setText(byId("name", HTMLElement), name);
    setText(byId("size", HTMLElement), formatSize(plan.width, plan.height));
    return photo;
  }

  // --- developing ------------------------------------------------------------------------------

  #edit(photo: Photo, how: string): void {
    const { plan } = photo;
    setText(byId("origin", HTMLElement), how);
    const editing = new Editing(this.#studio, photo, this.#settings, {
      onDraft: (progress) => {
        this.#view.showDraft(progress);
        this.#viewer.redraw("after");
      },
      onStart: () => {
        this.#bands.begin(plan);
        this.#download.disabled = true;
        this.#view.say("busy", "Developing");
      },
      onBand: (band, { done, bands }) => {
        this.#arrived(band);
        this.#viewer.redraw("after");
        this.#view.say("busy", `Developing: ${done} of ${bands} bands`);
      },
      onDone: (progress) => this.#done(progress),
      onCancelled: () => this.#view.say("busy", "Cancelled, as a slider was moved on"),
      onFailed: (why) => this.#view.say("failed", why.reason),
    });
    this.#editing = editing;
    this.#viewer.show({ plan, before: photo.layer, after: editing.prints.layer });
    editing.set(this.#settings);
  }

  #arrived({ first, worker, levels }: Band): void {
    this.#bands.done(first, worker);
    this.#histogram.set(first, levels);
    this.#view.counted(worker);
  }

  #done(progress: Progress): void {
    this.#view.showTook(progress, this.heldBytes);
    this.#view.showWorkers(this.#studio);
    this.#view.say("done", `Developed in ${formatDuration(progress.tookMs).join(" ")}`);
    this.#download.disabled = false;
    document.body.dataset["developed"] = String(
      Number(document.body.dataset["developed"] ?? 0) + 1,
    );
  }

  #lost(name: string, why: RpcError): void {
    setText(
      byId("lost", HTMLElement),
      `${name} was lost: ${why.reason}. Another one does its job.`,
    );
    this.#view.diagnose(this.#studio.diagnose());
  }

  // --- taking it home --------------------------------------------------------------------------

  async #save(): Promise<void> {
    const { prints } = this.#editing ?? {};
    if (prints === undefined || this.#photo === undefined) return;
    this.#download.disabled = true;
    this.#view.say("busy", "Encoding");
    try {
      const startedMs = performance.now();
      const file = await encode(this.#studio, prints, quality);
      const took = formatDuration(performance.now() - startedMs).join(" ");
      this.#view.say("done", `Encoded in ${took}, ${(file.size / 1e6).toFixed(1)} MB`);
      offer(file, `${this.#photo.name.replace(/\.[^.]*$/, "").toLowerCase()}-darkroom.jpg`);
    } catch (thrown) {
      this.#view.say("failed", RpcError.from(thrown).reason);
    } finally {
      this.#download.disabled = false;
    }
  }
}

/** As a download. */
function offer(file: Blob, name: string): void {
  const link = byId("saved", HTMLAnchorElement);
  if (link.href !== "") URL.revokeObjectURL(link.href);
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
}
