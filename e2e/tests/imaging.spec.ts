// SPDX-License-Identifier: Apache-2.0
// examples/3-imaging: a photo through C++ filters in workers, to the same bytes as natively, whatever
// becomes of the workers on the way.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { repositoryRoot } from "../support/paths.ts";
import type { ServerProcess } from "../support/server-process.ts";

const example = join(repositoryRoot, "examples/3-imaging");

interface KnownPicture {
  readonly width: number;
  readonly height: number;
  readonly original: number;
  readonly result: number;
  readonly settings: { readonly [name: string]: number };
}

const known = JSON.parse(
  readFileSync(join(example, "kernel/testdata/known-picture.json"), "utf8"),
) as KnownPicture;

/** What main.ts leaves in the console. */
interface Darkroom {
  result(): Promise<Uint8Array>;
  readonly heldBytes: number | undefined;
}

type Start = (name: "cortado-server", ...args: string[]) => Promise<ServerProcess>;

async function open(page: Page, startServer: Start, query: string, ...args: string[]) {
  const server = await startServer("cortado-server", "--serve", join(example, "dist"), ...args);
  await page.goto(`${server.url}/?width=${known.width}&${query}`);
  await expect(state(page)).toHaveText(/^Developed in/);
}

const state = (page: Page) => page.locator("#state");

/** FNV-1a of the result, when all that was asked for is done. */
function fingerprint(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const darkroom = Reflect.get(globalThis, "darkroom") as Darkroom;
    let hash = 2166136261;
    for (const byte of await darkroom.result()) hash = Math.imul(hash ^ byte, 16777619);
    return hash >>> 0;
  });
}

async function choose(page: Page, preset: string): Promise<void> {
  await page
    .getByRole("button", { name: preset })
    .evaluate((button: HTMLElement) => button.click());
}

function set(page: Page, settings: KnownPicture["settings"]): Promise<void> {
  return page.evaluate((settings) => {
    for (const [name, value] of Object.entries(settings)) {
      const input = document.getElementById(name) as HTMLInputElement;
      input.value = String(value);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }, settings);
}

/** Clicks, or moves a slider, as soon as the page says that a second picture is half done. */
function inTheMiddle(
  page: Page,
  action: { click: string } | { exposure: number },
): Promise<string[]> {
  return page.evaluate((action) => {
    const state = document.getElementById("state") as HTMLElement;
    const said: string[] = [];
    return new Promise<string[]>((resolve) => {
      let isDone = false;
      new MutationObserver((_, observer) => {
        const words = state.textContent ?? "";
        said.push(words);
        if (!isDone && /^Developing: \d/.test(words)) {
          isDone = true;
          if ("click" in action) {
            document.querySelector<HTMLElement>(action.click)?.click();
          } else {
            const exposure = document.getElementById("exposure") as HTMLInputElement;
            exposure.value = String(action.exposure);
            exposure.dispatchEvent(new Event("input", { bubbles: true }));
          }
        }
        if (isDone && /^Developed/.test(words)) {
          observer.disconnect();
          resolve(said);
        }
      }).observe(state, { childList: true, characterData: true, subtree: true });
      const golden = [...document.querySelectorAll<HTMLElement>("#presets button")];
      golden.find(({ textContent }) => textContent === "Golden hour")?.click();
    });
  }, action);
}

/** A file chosen by a user; of a canvas in these colours, or of these words. */
function openFile(page: Page, made: { colours: string[] } | { text: string }): Promise<void> {
  return page.evaluate(async (made) => {
    let blob: Blob | null = null;
    if ("text" in made) {
      blob = new Blob([made.text]);
    } else {
      const canvas = document.createElement("canvas");
      canvas.width = 320;
      canvas.height = 64 * made.colours.length;
      const context = canvas.getContext("2d");
      for (const [index, colour] of made.colours.entries()) {
        if (context === null) break;
        context.fillStyle = colour;
        context.fillRect(0, index * 64, 320, 64);
      }
      blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.95));
    }
    const transfer = new DataTransfer();
    transfer.items.add(new File([blob ?? ""], "made.jpg", { type: "image/jpeg" }));
    const input = document.getElementById("file") as HTMLInputElement;
    input.files = transfer.files;
    input.dispatchEvent(new Event("change"));
  }, made);
}

/** Red, green and blue of the result. */
function pixel(page: Page, index: number): Promise<number[]> {
  return page.evaluate(async (index) => {
    const darkroom = Reflect.get(globalThis, "darkroom") as Darkroom;
    return [...(await darkroom.result()).subarray(index * 4, index * 4 + 3)];
  }, index);
}

test("workers on shared memory make the same bytes as native code", async ({
  page,
  startServer,
}) => {
  await open(page, startServer, "workers=2");
  await expect(page.locator("#diagnosis")).toContainText("Calls go by the bus");
  await choose(page, "As shot");
  expect(await fingerprint(page)).toBe(known.original);
  await set(page, known.settings);
  expect(await fingerprint(page)).toBe(known.result);
  await expect(page.locator("#bands i[data-worker]")).toHaveCount(
    await page.locator("#bands i").count(),
  );
});

test("and so they do over message ports, in a page that is not isolated", async ({
  page,
  startServer,
}) => {
  await open(page, startServer, "workers=3", "--no-isolation");
  await expect(page.locator("#diagnosis")).toContainText("Calls go by message ports");
  await expect(page.locator("#diagnosis")).toContainText("Cross-Origin-Opener-Policy");
  await choose(page, "As shot");
  expect(await fingerprint(page)).toBe(known.original);
  await set(page, known.settings);
  expect(await fingerprint(page)).toBe(known.result);
});

test("a slider that moves on cancels, and the newest settings win", async ({
  page,
  startServer,
}) => {
  await open(page, startServer, "workers=2");
  const said = await inTheMiddle(page, { exposure: -1 });
  expect(said.some((words) => words.startsWith("Cancelled"))).toBe(true);
  const moved = await fingerprint(page);
  await choose(page, "As shot");
  await fingerprint(page);
  await choose(page, "Golden hour");
  expect(await fingerprint(page)).not.toBe(moved);
  await set(page, { exposure: -1 });
  expect(await fingerprint(page)).toBe(moved);
});

test("what is cancelled gives its shared memory back", async ({ page, startServer }) => {
  test.slow();
  await open(page, startServer, "workers=2");
  const held = () =>
    page.evaluate(() => (Reflect.get(globalThis, "darkroom") as Darkroom).heldBytes ?? 0);
  for (const preset of ["As shot", "Crisp"]) {
    await choose(page, preset);
    await fingerprint(page);
  }
  const before = await held();
  expect(before).toBeGreaterThan(2 * known.width * known.height * 4); // original and result
  for (const exposure of [-1, 1, -2, 2]) {
    const said = await inTheMiddle(page, { exposure });
    expect(said.some((words) => words.startsWith("Cancelled"))).toBe(true);
    await choose(page, "As shot");
    await fingerprint(page);
  }
  // What was on its way is given up half a minute later.
  await expect.poll(held, { timeout: 90_000 }).toBeLessThanOrEqual(before);
});

test("a worker that is terminated in the middle is replaced, and nothing is missing", async ({
  page,
  startServer,
}) => {
  await open(page, startServer, "workers=2");
  await inTheMiddle(page, { click: "#workers [aria-label='Terminate Worker 1']" });
  await expect(page.locator("#lost")).toContainText("Worker 1 was lost: the worker has ended");
  await expect(page.locator("#workers li")).toHaveText([/^Worker 3/, /^Worker 2/]);
  await set(page, known.settings);
  expect(await fingerprint(page)).toBe(known.result);
});

test("the only worker, too", async ({ page, startServer }) => {
  await open(page, startServer, "workers=1&carrier=port");
  await inTheMiddle(page, { click: "#workers [aria-label='Terminate Worker 1']" });
  await expect(page.locator("#lost")).toContainText("Worker 1 was lost");
  await set(page, known.settings);
  expect(await fingerprint(page)).toBe(known.result);
});

test("a JPEG is opened, developed and downloaded", async ({ page, startServer }) => {
  await open(page, startServer, "workers=2");
  await choose(page, "As shot");
  await openFile(page, { colours: ["rgb(200, 40, 40)", "rgb(40, 60, 180)"] });
  await expect(page.locator("#name")).toHaveText("made.jpg");
  await expect(page.locator("#size")).toHaveText(/^320 × 128/);
  await expect(state(page)).toHaveText(/^Developed in/);
  const isNear = (found: number[], wanted: number[]) =>
    found.every((value, index) => Math.abs(value - (wanted[index] ?? 0)) < 6);
  expect(isNear(await pixel(page, 320 * 20 + 100), [200, 40, 40])).toBe(true);
  expect(isNear(await pixel(page, 320 * 100 + 100), [40, 60, 180])).toBe(true);

  const saved = await page.evaluate(async () => {
    const made = new Promise<Blob>((resolve) => {
      const create = URL.createObjectURL;
      URL.createObjectURL = (blob) => {
        resolve(blob as Blob);
        return create(blob);
      };
    });
    document.getElementById("download")?.click();
    const bitmap = await createImageBitmap(await made);
    const canvas = document.createElement("canvas");
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    const context = canvas.getContext("2d");
    context?.drawImage(bitmap, 0, 0);
    const { data } = context?.getImageData(100, 20, 1, 1) ?? { data: [] };
    const link = document.getElementById("saved") as HTMLAnchorElement;
    return { size: [bitmap.width, bitmap.height], name: link.download, red: [...data].slice(0, 3) };
  });
  expect(saved.size).toEqual([320, 128]);
  expect(saved.name).toBe("made-darkroom.jpg");
  expect(isNear(saved.red, [200, 40, 40])).toBe(true);

  await openFile(page, { text: "no picture at all" });
  await expect(state(page)).toHaveText("this is no JPEG file that can be read");
  await openFile(page, { colours: ["rgb(90, 90, 90)"] });
  await expect(page.locator("#size")).toHaveText(/^320 × 64/);
});

test("ways to a worker are measured", async ({ page, startServer }) => {
  await open(page, startServer, "workers=1");
  await expect(page.locator("#pings tr")).toHaveCount(4);
  await expect(page.locator("#passes tr")).toHaveCount(6);
  await page.getByRole("button", { name: "Measure" }).evaluate((each: HTMLElement) => each.click());
  await expect(page.locator("#measured")).toHaveText(/^Measured in \d+ rounds/);
  for (const id of ["pings", "passes"]) {
    for (const figure of await page.locator(`#${id} .number`).allTextContents()) {
      expect(figure).toMatch(/^[\d.,]+ (µs|ms)$/);
    }
  }
});

test("the divider and the zoom go by keys", async ({ page, startServer }) => {
  await open(page, startServer, "workers=1");
  const press = (id: string, key: string) =>
    page.locator(id).evaluate((element, key) => {
      element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    }, key);
  await press("#divider", "ArrowRight");
  await expect(page.locator("#divider")).toHaveAttribute("aria-valuenow", "52");
  await press("#divider", "Home");
  await expect(page.locator("#divider")).toHaveAttribute("aria-valuenow", "0");
  await press("#stage", "+");
  await expect(page.locator("#scale")).toHaveText("100 %");
  await press("#stage", "0");
  await expect(page.locator("#scale")).not.toHaveText("100 %");
});
