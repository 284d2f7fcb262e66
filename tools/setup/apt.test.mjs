// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import { parseDeb822, parseOneLine } from "./apt.mjs";

test("deb822: every address of an enabled deb stanza, continued lines and comments included", () => {
  const text = `Types: deb deb-src
# a comment
URIs: http://mirror.test/debian http://other.test/debian
Suites: bookworm
 bookworm-updates
Components: main contrib

Enabled: no
Types: deb
URIs: http://disabled.test
Suites: bookworm

Types: deb-src
URIs: http://sources.test
Suites: bookworm
`;
  expect(parseDeb822(text)).toEqual(
    ["http://mirror.test/debian", "http://other.test/debian"].map((uri) => ({
      uri,
      suites: ["bookworm", "bookworm-updates"],
      components: ["main", "contrib"],
    })),
  );
});

test("one-line format: options are skipped, comments and deb-src are not entries", () => {
  const text = `# deb http://commented.test bookworm main
deb [arch=amd64 signed-by=/a/key.gpg] http://mirror.test/debian bookworm main contrib # why
deb-src http://sources.test bookworm main
deb http://security.test/debian bookworm-security main
`;
  expect(parseOneLine(text)).toEqual([
    { uri: "http://mirror.test/debian", suites: ["bookworm"], components: ["main", "contrib"] },
    { uri: "http://security.test/debian", suites: ["bookworm-security"], components: ["main"] },
  ]);
});
