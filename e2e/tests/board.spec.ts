// SPDX-License-Identifier: Apache-2.0
// examples/5-cpp-app: the same C++ in pages and in a terminal, on one board.
import type { Page } from "@playwright/test";
import { expect, test } from "../fixtures.ts";
import { BoardTerminal } from "../support/board-terminal.ts";
import { CuttingProxy } from "../support/cutting-proxy.ts";

type Fraction = readonly [x: number, y: number];

const board = (page: Page) => page.locator("#board");

async function join(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url);
  await expect(page.locator("#state")).toHaveText("Connected");
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("Your name").press("Enter");
  await expect(page.locator("#people")).toContainText(`${name} (you)`);
}

/** As a mouse does it, by the page's own events: not every engine here has trusted input. */
async function pen(page: Page, type: string, [x, y]: Fraction): Promise<void> {
  await board(page).evaluate(
    (element, { type, x, y }) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      const at = { clientX: left + x * width, clientY: top + y * height };
      element.dispatchEvent(new MouseEvent(type, { ...at, bubbles: true, button: 0 }));
    },
    { type, x, y },
  );
}

async function draw(page: Page, points: readonly Fraction[]): Promise<void> {
  const [first = [0, 0], ...rest] = points;
  await pen(page, "mousedown", first);
  for (const point of rest) await pen(page, "mousemove", point);
  await pen(page, "mouseup", points.at(-1) ?? first);
}

async function choose(page: Page, color: string): Promise<void> {
  await page.locator(`#color-${color} input`).evaluate((input: HTMLElement) => input.click());
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name }).evaluate((button: HTMLElement) => button.click());
}

/** What both canvases show there: whether it is ink. */
function hasInk(page: Page, at: Fraction): Promise<boolean> {
  return page.evaluate(([x, y]) => {
    return ["#paper", "#ink"].some((selector) => {
      const canvas = document.querySelector<HTMLCanvasElement>(selector);
      const context = canvas?.getContext("2d");
      if (!canvas || !context) return false;
      const pixel = context.getImageData(x * canvas.width, y * canvas.height, 1, 1);
      return (pixel.data[3] ?? 0) > 0;
    });
  }, at);
}

/** Where the lower canvas has ink: "#" or "." for every fourth pixel of every fourth row. */
function inkOf(page: Page): Promise<string> {
  return page.locator("#paper").evaluate((canvas: HTMLCanvasElement) => {
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, canvas.width, canvas.height).data;
    let marks = "";
    for (let y = 0; y < canvas.height; y += 4) {
      for (let x = 0; x < canvas.width; x += 4) {
        marks += (pixels?.[4 * (y * canvas.width + x) + 3] ?? 0) > 127 ? "#" : ".";
      }
    }
    return marks;
  });
}

/** The newest strokes in words, oldest first. */
async function lately(page: Page): Promise<string[]> {
  const lines = await page.locator("#strokes li").allInnerTexts();
  return lines.map((line) => line.replace(/\s+/g, " ").trim()).reverse();
}

async function settled(page: Page, strokes: number): Promise<void> {
  const words = `The board: ${strokes} stroke${strokes === 1 ? "" : "s"}`;
  await expect(board(page)).toHaveAttribute("aria-label", new RegExp(`^${words},.* 0 waiting$`));
}

async function list(url: string): Promise<readonly string[]> {
  return new BoardTerminal(url, "--name", "Reader", "--list").lines();
}

test("two pages see each other's strokes, and each other", async ({
  page,
  engine,
  startServer,
}) => {
  const server = await startServer("example-5-cpp-app");
  await join(page, server.url, "Ada");
  const context = await engine.newContext();
  const other = await context.newPage();
  await join(other, server.url, "Grace");
  await expect(page.locator("#people li")).toHaveText([/^Ada \(you\)$/, /^Grace$/]);

  await choose(page, "red");
  await draw(page, [
    [0.2, 0.5],
    [0.5, 0.5],
    [0.8, 0.5],
  ]);
  await expect(other.locator("#strokes li")).toHaveText([/Ada\s+red, 3 points/]);
  await expect.poll(() => hasInk(other, [0.65, 0.5])).toBe(true);
  expect(await hasInk(other, [0.65, 0.6])).toBe(false);
  await expect(other.locator(".cursor span")).toHaveText("Ada");

  await choose(other, "blue");
  await draw(other, [
    [0.5, 0.2],
    [0.5, 0.8],
  ]);
  await expect.poll(() => hasInk(page, [0.5, 0.7])).toBe(true);

  await press(other, "Undo");
  await expect(page.locator("#strokes li")).toHaveCount(1);
  await expect.poll(() => hasInk(page, [0.5, 0.7])).toBe(false);
  await press(other, "Clear");
  await settled(page, 0);
  await expect.poll(() => hasInk(page, [0.65, 0.5])).toBe(false);
  await context.close();
  await expect(page.locator("#people li")).toHaveCount(1);
});

test("a terminal joins the same board", async ({ page, startServer }) => {
  const server = await startServer("example-5-cpp-app");
  await join(page, server.url, "Ada");
  const watcher = new BoardTerminal(server.url, "--name", "Watcher", "--watch", "1");
  await watcher.watching();
  await expect(page.locator("#people")).toContainText("Watcher");

  await choose(page, "green");
  await draw(page, [
    [0.25, 0.25],
    [0.75, 0.25],
  ]);
  const [watched = ""] = await watcher.lines();
  expect(watched).toMatch(/^Ada green \d+,\d+ \d+,\d+$/);

  const stroke = "400,1800 2800,1800";
  const args = ["--name", "Tess", "--color", "violet", "--draw", stroke];
  const printed = await new BoardTerminal(
    server.url,
    ...args,
    ...["--list", "--render", "--size", "80x24"],
  ).lines();
  expect(printed.slice(0, 2)).toEqual([watched, `Tess violet ${stroke}`]);
  const rendered = printed.slice(2);
  const inked = [5, 6, 12].map((row) => (rendered[row] ?? "").trim() !== "");
  expect(inked[0] || inked[1]).toBe(true); // a quarter down: what the page drew
  expect(inked[2]).toBe(false);
  await expect.poll(() => hasInk(page, [0.5, 0.75])).toBe(true);
  await expect(page.locator("#strokes li").first()).toHaveText(/violet, 2 points/);
});

test("who joins late sees the same board", async ({ page, engine, startServer }) => {
  const server = await startServer("example-5-cpp-app");
  await join(page, server.url, "Ada");
  await draw(page, [
    [0.2, 0.2],
    [0.4, 0.6],
    [0.7, 0.3],
  ]);
  await settled(page, 1);
  await new BoardTerminal(server.url, "--draw", "100,100 3000,2300", "--draw", "9,9").lines();
  await settled(page, 3);
  const context = await engine.newContext();
  const late = await context.newPage();
  await late.goto(server.url);
  await settled(late, 3);
  const size = (of: Page) => of.evaluate(() => `${innerWidth}x${innerHeight}@${devicePixelRatio}`);
  expect(await size(late)).toBe(await size(page));
  const drawn = await inkOf(page);
  expect(drawn).toContain("#");
  // Engines smooth edges by different means from one moment to the next.
  const differences = async () =>
    [...(await inkOf(late))].filter((mark, index) => mark !== drawn[index]).length;
  await expect.poll(differences).toBeLessThan(drawn.length / 1000);
  await context.close();
});

test("a network that is cut in mid-stroke: strokes arrive once, and in order", async ({
  page,
  startServer,
}) => {
  const server = await startServer("example-5-cpp-app");
  const proxy = await CuttingProxy.start(server.port);
  await join(page, proxy.url, "Ada");
  await choose(page, "teal");
  await pen(page, "mousedown", [0.1, 0.5]);
  await pen(page, "mousemove", [0.2, 0.5]);
  proxy.refuse();
  await expect(page.locator("#state")).toHaveText("Connecting again…");
  await pen(page, "mousemove", [0.3, 0.5]);
  await pen(page, "mouseup", [0.3, 0.5]);
  await choose(page, "pink");
  await draw(page, [
    [0.4, 0.5],
    [0.5, 0.5],
  ]);
  await expect(page.locator("#details")).toHaveText("2 strokes wait");
  const during = await list(server.url);
  expect(during.length).toBeLessThanOrEqual(1); // what of the first had left before
  proxy.pass();
  await expect(page.locator("#state")).toHaveText("Connected");
  await expect(page.locator("#details")).toHaveText("resumed 1 time");
  await settled(page, 2);
  expect(await lately(page)).toEqual(["Ada teal, 3 points", "Ada pink, 2 points"]);
  const lines = await list(server.url);
  expect(lines.map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
    "Ada teal",
    "Ada pink",
  ]);
  expect(lines[0]?.split(" ")).toHaveLength(2 + 3);
  await proxy.close();
});

test("the page's own knife, and a server that was restarted meanwhile", async ({
  page,
  startServer,
}) => {
  const server = await startServer("example-5-cpp-app");
  await join(page, server.url, "Ada");
  await press(page, "Cut the network");
  await expect(page.locator("#state")).toHaveText("Connecting again…");
  await draw(page, [
    [0.1, 0.1],
    [0.9, 0.9],
  ]);
  await expect(page.locator("#details")).toHaveText("1 stroke waits");
  await server.kill();
  await server.start();
  await expect(page.locator("#state")).toHaveText("Connected");
  await settled(page, 1);
  expect(await list(server.url)).toHaveLength(1);
});

test("the board is drawn on without a mouse", async ({ page, startServer }) => {
  const server = await startServer("example-5-cpp-app");
  await join(page, server.url, "Ada");
  await board(page).focus();
  const keys = [" ", "ArrowRight", "ArrowRight", "ArrowDown", " "];
  for (const key of keys) {
    await board(page).evaluate(
      (element, name) =>
        element.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true })),
      key,
    );
  }
  await settled(page, 1);
  expect((await list(server.url))[0]).toMatch(/^Ada \w+ 1600,1200 1620,1200 1640,1200 1640,1220$/);
});
