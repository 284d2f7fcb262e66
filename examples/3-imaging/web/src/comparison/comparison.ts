// SPDX-License-Identifier: Apache-2.0
// The panel that compares ways to a worker, measured here and now.
import { byId, make, setText } from "../../../../common/dom.ts";
import { formatDuration } from "../format.ts";
import { type Figures, measure, quantile, rounds } from "./measure.ts";
import { startWays, type Way, type WayName, wayNames } from "./ways.ts";

/** A row of a table: its bar is as long as the first number says. */
interface Row {
  readonly name: WayName;
  readonly ms: readonly (number | undefined)[];
}

export class Comparison {
  readonly #button = byId("measure", HTMLButtonElement);
  readonly #answer = byId("measured", HTMLElement);
  #ways: Promise<readonly Way[]> | undefined;

  constructor() {
    const first = wayNames.filter(({ how }) => how !== "transferred");
    fill(
      "pings",
      first.map((name) => ({ name, ms: [undefined, undefined] })),
      false,
    );
    fill(
      "passes",
      wayNames.map((name) => ({ name, ms: [undefined] })),
      true,
    );
    this.#button.disabled = false;
    this.#button.addEventListener("click", () => void this.#measure());
  }

  async #measure(): Promise<void> {
    this.#button.disabled = true;
    setText(this.#answer, "Starting a worker for each way");
    try {
      this.#ways ??= startWays();
      await measure(await this.#ways, (figures, round) => {
        this.#show(figures);
        setText(this.#answer, `Round ${round} of ${rounds}`);
      });
      const clock = formatDuration(clockStepMs()).join(" ");
      setText(this.#answer, `Measured in ${rounds} rounds. The clock's step here is ${clock}.`);
    } catch (thrown) {
      setText(this.#answer, String(thrown));
    } finally {
      this.#button.disabled = false;
    }
  }

  #show(figures: readonly Figures[]): void {
    const pings = figures.filter(({ way }) => way.ping !== undefined);
    const pingRow = ({ way, pingsMs }: Figures): Row => ({
      name: way,
      ms: [quantile(pingsMs, 0.5), quantile(pingsMs, 0.99)],
    });
    fill("pings", pings.map(pingRow), false);
    const passRow = ({ way, bandsMs }: Figures): Row => ({
      name: way,
      ms: [quantile(bandsMs, 0.5)],
    });
    fill("passes", figures.map(passRow), true);
  }
}

function fill(id: string, rows: readonly Row[], isHow: boolean): void {
  const longest = Math.max(...rows.map(({ ms: [first = 0] }) => first)) || 1;
  const elements = rows.map(({ name: { name, how }, ms }) => {
    const bar = make("div", { class: "fill" });
    bar.style.width = `${((ms[0] ?? 0) / longest) * 100}%`;
    const title = make("th", { scope: "row" }, name);
    if (isHow) title.append(" ", make("small", {}, how));
    const track = make("div", { class: "track", "aria-hidden": "true" }, bar);
    return make(
      "tr",
      { "data-way": name.startsWith("Cortado") ? "ours" : "other" },
      title,
      make("td", { class: "length" }, track),
      ...ms.map((each) => make("td", { class: "number" }, wordsOf(each))),
    );
  });
  byId(id, HTMLTableSectionElement).replaceChildren(...elements);
}

function wordsOf(ms: number | undefined): string {
  return ms === undefined ? "–" : formatDuration(ms).join(" ");
}

/** The least by which the clock goes on: what is shorter is not seen. */
function clockStepMs(): number {
  let least = Number.POSITIVE_INFINITY;
  for (let sample = 0; sample < 10; sample += 1) {
    const startMs = performance.now();
    let nowMs = startMs;
    while (nowMs === startMs) nowMs = performance.now();
    least = Math.min(least, nowMs - startMs);
  }
  return least;
}
