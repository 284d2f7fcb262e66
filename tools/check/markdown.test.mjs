// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { checkLinks, checkQuotes } from "./markdown.mjs";
import { readSource } from "./sources.mjs";

const texts = (findings) => findings.map(({ text }) => text);

test("links of documents lead to files that are there", () => {
  const lines = ["[a](protocol.md#frame) [b](../README.md) [c](https://example.test) [d](#here)"];
  lines.push("```cpp", "[](auto lambda) {}", "```");
  const exists = (path) => path === "docs/protocol.md";
  expect(texts(checkLinks("docs/x.md", lines, exists))).toEqual([
    "links to ../README.md, which is not there",
  ]);
});

test("a file shown in a document is the file", () => {
  const lines = ["The page, [`a.html`](web/a.html), whole:", "", "```html", "<p>", "```"];
  expect(checkQuotes("docs/x.md", lines, () => "<p>\n")).toEqual([]);
  const read = (path) => `of ${path}\n`;
  expect(checkQuotes("docs/x.md", lines, read)).toEqual([
    { line: 1, text: "shows web/a.html otherwise than it is" },
  ]);
  expect(checkQuotes("docs/x.md", ["See [`a.html`](a.html).", "", "```", "```"], read)).toEqual([]);
});

test("the README shows the smallest program as it is, all four files", () => {
  const lines = readSource("README.md").split("\n");
  const shown = [];
  const read = (path) => {
    shown.push(path);
    return readSource(path);
  };
  expect(checkQuotes("README.md", lines, read)).toEqual([]);
  expect(shown).toHaveLength(4);
});
