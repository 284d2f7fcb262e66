// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test, vi } from "vitest";
import { addressesOf } from "./address.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([
  ["https://host", "wss://host/rpc", "https://host/rpc"],
  ["http://host:8080/", "ws://host:8080/rpc", "http://host:8080/rpc"],
  ["wss://host/rpc", "wss://host/rpc", "https://host/rpc"],
  ["ws://host/other/rpc/?query#hash", "ws://host/other/rpc", "http://host/other/rpc"],
])("%s", (url, webSocket, http) => {
  expect(addressesOf(url)).toEqual({ webSocket, http });
  expect(addressesOf(new URL(url))).toEqual({ webSocket, http });
});

test("without an address it is the page's server, wherever the page is", () => {
  vi.stubGlobal("location", { href: "https://host/deep/page.html?a#b" });
  const rpc = { webSocket: "wss://host/rpc", http: "https://host/rpc" };
  expect(addressesOf(undefined)).toEqual(rpc);
  expect(addressesOf("/")).toEqual(rpc);
  expect(addressesOf("/api")).toEqual({ webSocket: "wss://host/api", http: "https://host/api" });
});

test("what is no address says what one is", () => {
  expect(() => addressesOf(undefined)).toThrow(/^invalid_argument: .*connect\("https:\/\/host"\)/);
  expect(() => addressesOf("host")).toThrow(/^invalid_argument: "host" is no address/);
  expect(() => addressesOf("file:///page.html")).toThrow(/no address of http or ws/);
});
