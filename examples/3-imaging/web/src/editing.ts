// SPDX-License-Identifier: Apache-2.0
// Keeps the result up with the sliders. What they say is tried on the small picture at once; when
// they rest, the whole photo is developed, and given up as soon as one is moved on.
import { RpcError } from "cortado";
import { develop, type Progress } from "./developing.ts";
import type { Band, Settings, SettingsInit } from "./generated/imaging.cortado.ts";
import type { Photo } from "./photo.ts";
import { Prints } from "./prints.ts";
import type { Studio } from "./studio.ts";

export interface EditingListener {
  onDraft(progress: Progress): void;
  onStart(): void;
  onBand(band: Band, progress: Progress): void;
  onDone(progress: Progress): void;
  onCancelled(): void;
  onFailed(why: RpcError): void;
}

export class Editing {
  readonly prints: Prints;
  readonly #studio: Studio;
  readonly #photo: Photo;
  readonly #listener: EditingListener;
  #settings: Settings;
  #version = 0;
  #finished = 0;
  #running: AbortController | undefined;
  #working: Promise<void> | undefined;
  #isClosed = false;

  constructor(studio: Studio, photo: Photo, settings: Settings, listener: EditingListener) {
    this.#studio = studio;
    this.#photo = photo;
    this.#settings = settings;
    this.#listener = listener;
    this.prints = new Prints(studio, photo.plan);
  }

  set(settings: Settings): void {
    this.#settings = settings;
    this.#version += 1;
    this.#running?.abort();
    this.#working ??= this.#work();
  }

  /** Fulfilled when nothing is left to do. */
  get settled(): Promise<void> {
    return this.#working ?? Promise.resolve();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#running?.abort();
    await this.#working;
    this.prints.release();
  }

  async #work(): Promise<void> {
    while (this.#finished !== this.#version && !this.#isClosed) {
      const version = this.#version;
      const running = new AbortController();
      try {
        await this.#draft();
        if (version !== this.#version || this.#isClosed) continue;
        this.#running = running;
        await this.#full(running.signal);
        this.#finished = version;
      } catch (thrown) {
        const error = RpcError.from(thrown);
        if (running.signal.aborted) {
          this.#listener.onCancelled();
        } else {
          this.#finished = version; // until the next change
          this.#listener.onFailed(error);
        }
      } finally {
        this.#running = undefined;
      }
    }
    this.#working = undefined;
  }

  async #draft(): Promise<void> {
    const { draft } = this.#photo;
    if (draft === undefined || this.#photo.plan.shrink === 1) return;
    const { shrink } = this.#photo.plan;
    const progress = await develop(this.#studio, draft, atSize(this.#settings, shrink), {
      signal: new AbortController().signal,
      onBand: ({ first, pixels, small }) => {
        this.prints.layer.show({ first: first * shrink, small: pixels });
        this.#studio.release(pixels);
        this.#studio.release(small);
      },
    });
    this.#listener.onDraft(progress);
  }

  async #full(signal: AbortSignal): Promise<void> {
    this.#listener.onStart();
    const progress = await develop(this.#studio, this.#photo, this.#settings, {
      signal,
      onBand: (band, progress) => {
        this.prints.put(band);
        this.#listener.onBand(band, progress);
      },
    });
    this.#listener.onDone(progress);
  }
}

/** What looks about the same on a picture so many times smaller. */
function atSize(settings: Settings, shrink: number): SettingsInit {
  return {
    ...settings,
    denoise: settings.denoise / shrink,
    radius: Math.max(0.5, settings.radius / shrink),
  };
}
