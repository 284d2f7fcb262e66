// SPDX-License-Identifier: Apache-2.0
// The rules of the house as data: which room may include what, and what is banned in favour of
// what. tidy.mjs applies them; a line is exempted by `tidy-allow: reason` on it or above it.

/** Code that only tests use: test programs, fuzzers, their fixtures. */
const testCode = /\.(test|fuzz)\.cpp$|\/test_[a-z_]+\.[ch]pp$|\/testdata\//;

export function isTestCode(path) {
  return testCode.test(path);
}

/** What an arrow can be drawn to; other includes (POSIX, what a build generates) are free. */
export const guarded = [
  ...["wire/", "rpc/", "net/", "server/", "client-native/", "client-wasm/", "codegen/"],
  ...["capnp/", "kj/", "boost/", "openssl/", "zlib.h", "emscripten/", "doctest/"],
];

/**
 * What each C++ room may include of `guarded` besides itself; a strict one nothing else but the
 * standard library. The first prefix that matches a file's path decides. Arrows point one way:
 * hosts -> net -> rpc -> wire.
 */
export const arrows = [
  { room: "wire/", may: [], strict: true },
  { room: "codegen/", may: ["capnp/", "kj/"] },
  // The JSON codec's values are Boost.JSON's; only hosts that have Boost compile it.
  { room: "rpc/json", may: ["wire/", "capnp/", "kj/", "boost/json"] },
  { room: "rpc/", may: ["wire/", "capnp/", "kj/"] },
  {
    room: "client-wasm/client/",
    may: ["wire/", "client-wasm/socket/", "emscripten/"],
    strict: true,
  },
  { room: "client-wasm/bus/", may: [], strict: true },
  { room: "client-wasm/proxy/", may: [], strict: true },
  { room: "client-wasm/socket/", may: ["wire/", "emscripten/"], strict: true },
  {
    room: "client-wasm/app/",
    may: ["wire/", "rpc/", "client-wasm/", "capnp/", "kj/", "emscripten/"],
  },
  { room: "net/", may: ["wire/", "rpc/", "boost/", "openssl/"] },
  { room: "client-native/", may: ["wire/", "rpc/", "net/", "capnp/", "kj/", "boost/", "openssl/"] },
  {
    room: "server/",
    may: ["wire/", "rpc/", "net/", "capnp/", "kj/", "boost/", "openssl/", "zlib.h"],
  },
];

/** A test may also include these; the generator's tests run what it generated. */
export const testMay = ["doctest/", "capnp/", "kj/"];
export const testMayIn = {
  "codegen/": ["rpc/", "wire/", "boost/json"],
  "client-native/": ["server/"], // the real one, with its test services
};

/** The page that a reader of the README sees whole: no line that says nothing to him. */
export const withoutLicence = ["examples/1-hello/"];

const libraries = /^(wire|rpc|net|client-wasm|client-native|server)\/(?!main\.cpp$)/;
const librariesWithExceptions = /^(rpc|net|client-native|server)\/(?!main\.cpp$)/;
const cpp = /\.(hpp|cpp|h)$/;
const scripts = /\.(ts|mts|js|mjs)$/;
const packageSource = /^js-glue\/src\/(?!.*\.test\.ts$)/;

/**
 * `pattern` is searched in each line without its strings and comments; rules for libraries do not
 * hold in test code.
 */
export const bans = [
  { files: cpp, pattern: /\bs?rand\(/, use: "a std::mt19937_64 whose seed the caller passes" },
  {
    files: cpp,
    pattern: /\b(strcpy|strcat|sprintf|gets)\(/,
    use: "std::string or std::snprintf",
  },
  {
    files: libraries,
    pattern: /\b(ato[ilf]|strto[a-z]+|std::sto[a-z]+)\(/,
    use: "std::from_chars: no locale, no exception, no silent zero",
    isForLibraries: true,
  },
  { files: cpp, pattern: /std::regex\b/, use: "a loop: std::regex recurses once a character" },
  { files: cpp, pattern: /\[=[\],]/, use: "named captures: [=] hides what a lambda keeps" },
  { files: cpp, pattern: /(?<!operator )\bnew (?!\()[A-Za-z_:]/, use: "std::make_unique" },
  { files: cpp, pattern: /\bdelete (?!\[)[A-Za-z_]/, use: "std::unique_ptr" },
  {
    files: cpp,
    pattern: /thread\w*\.detach\(\)/i,
    use: "std::jthread, so that somebody waits for it",
  },
  { files: cpp, pattern: /sleep_for\(|\busleep\(/, use: "simulated time, or a timer of the host" },
  { files: /\.hpp$/, pattern: /\busing namespace\b/, use: "the names one by one" },
  {
    files: libraries,
    pattern: /std::(cout|cerr|clog)\b|\b(f?printf|puts|exit)\(/,
    use: "an error returned to the caller, or the host's log: a library does not print or exit",
    isForLibraries: true,
  },
  {
    // wire/ and client-wasm/ have no exceptions: where memory runs out they have no other way.
    files: librariesWithExceptions,
    pattern: /\babort\(/,
    use: "an error returned to the caller, or assert for a bug of ours",
    isForLibraries: true,
  },
  { files: scripts, pattern: /\beval\(|new Function\(/, use: "code: pages run under a strict CSP" },
  {
    files: scripts,
    pattern: /waitForTimeout\(/,
    use: "an expectation that is retried: expect.poll",
  },
  { files: scripts, pattern: /\.innerHTML\b/, use: "textContent, or elements made one by one" },
  { files: scripts, pattern: /@ts-ignore/, use: "@ts-expect-error with a reason" },
  { files: scripts, pattern: /\b(test|it|describe)\.only\(/, use: "the test runner's filter" },
  {
    files: packageSource,
    pattern: /\bconsole\./,
    use: "an error or client.diagnose(): a library does not print",
  },
  { files: packageSource, pattern: /\bDate\.now\(/, use: "performance.now(): clocks are set back" },
];

export const functionLinesMax = 70; // one screen
export const fileLinesWarning = 500; // a file is one room; several fit poorly into one
