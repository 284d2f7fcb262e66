// SPDX-License-Identifier: Apache-2.0
import { expect, test } from "vitest";
import {
  checkArrows,
  checkBans,
  checkFunctionLines,
  checkLicence,
  checkLockFile,
  withoutTextAndComment,
} from "./tidy.mjs";

const texts = (findings) => findings.map(({ text }) => text);

test("wire/ includes the standard library and itself, nothing else", () => {
  const lines = ['#include "wire/frame.hpp"', "#include <span>", "#include <capnp/any.h>"];
  expect(checkArrows("wire/peer.cpp", lines)).toEqual([
    { line: 3, text: "may not include capnp/any.h; allowed here: wire/" },
  ]);
});

test("arrows do not point back: rpc/ cannot see the server, the page's core cannot see rpc/", () => {
  expect(checkArrows("rpc/call.cpp", ['#include "server/session.hpp"'])).toHaveLength(1);
  expect(checkArrows("client-wasm/client/x.cpp", ['#include "rpc/task.hpp"'])).toHaveLength(1);
  expect(checkArrows("client-wasm/app/x.cpp", ['#include "rpc/task.hpp"'])).toHaveLength(0);
  expect(checkArrows("server/x.cpp", ["#include <boost/asio/post.hpp>"])).toHaveLength(0);
});

test("strict rooms include nothing unknown, others may use POSIX and generated code", () => {
  const lines = ["#include <unistd.h>", '#include "echo.cortado.hpp"'];
  expect(checkArrows("wire/frame.cpp", lines)).toHaveLength(2);
  expect(checkArrows("server/file.cpp", lines)).toHaveLength(0);
});

test("a test may include doctest, the code beside it may not", () => {
  const lines = ["#include <doctest/doctest.h>"];
  expect(checkArrows("wire/frame.test.cpp", lines)).toHaveLength(0);
  expect(checkArrows("wire/frame.cpp", lines)).toHaveLength(1);
});

test("a ban names its replacement; comments, strings and exempted lines are free", () => {
  const banned = "int x = rand();";
  expect(texts(checkBans("wire/a.cpp", [banned]))).toEqual([
    "rand( is banned, use a std::mt19937_64 whose seed the caller passes",
  ]);
  const free = ["// rand() is banned", 'const auto text = "rand()";'];
  expect(checkBans("wire/a.cpp", free)).toEqual([]);
  expect(checkBans("wire/a.cpp", ["// tidy-allow: seeds a test", banned])).toEqual([]);
});

test("printing is banned in libraries and free in programs and tests", () => {
  const lines = ['std::printf("x");'];
  expect(checkBans("server/session.cpp", lines)).toHaveLength(1);
  expect(checkBans("server/main.cpp", lines)).toHaveLength(0);
  expect(checkBans("server/session.test.cpp", lines)).toHaveLength(0);
});

test("a function of 71 lines is found, one of 70 and a long class are not", () => {
  const body = (count) => ["void f() {", ...Array(count).fill("  g();"), "}"];
  expect(checkFunctionLines(body(68))).toHaveLength(0);
  expect(checkFunctionLines(body(69))).toEqual([
    { line: 1, text: "a function of 71 lines; at most 70" },
  ]);
  const classLines = ["class A : public B {", ...Array(90).fill("  int x;"), "};"];
  expect(checkFunctionLines(classLines)).toHaveLength(0);
});

test("the licence line comes first, or after a #! line", () => {
  expect(checkLicence(["// SPDX-License-Identifier: Apache-2.0"])).toEqual([]);
  expect(checkLicence(["#!/usr/bin/env node", "// SPDX-License-Identifier: Apache-2.0"])).toEqual(
    [],
  );
  expect(checkLicence(["#pragma once"])).toHaveLength(1);
});

test("the lock file names no registry", () => {
  expect(checkLockFile('{ "resolved": "js-glue", "link": true }')).toEqual([]);
  expect(checkLockFile('{ "resolved": "https://registry.test/x.tgz" }')).toHaveLength(1);
});

test("strings and comments are cut from a line before it is searched", () => {
  expect(withoutTextAndComment('call("a // b", x); // rand()')).toBe('call("", x); ');
});
