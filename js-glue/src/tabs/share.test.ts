// SPDX-License-Identifier: Apache-2.0
// Tabs in one world without a browser: who has which lane of whose WebSocket, and what becomes of
// them when the holder leaves, or answers no more.
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { frame, message } from "../../test/frames.ts";
import { MemoryNetwork, type MemorySocket } from "../../test/memory-socket.ts";
import { type FakeTab, TabWorld } from "../../test/tab-world.ts";
import { hasGoaway, laneEnd, readLane, withRoom, writeLane } from "./lane.ts";
import { shareTabs } from "./share.ts";
import type { TabSharing } from "./sharing.ts";

const idleCode = 4010;
const lanes = "cortado.v1.lanes";

/** As link.ts uses it. */
interface Socket {
  readonly socket: WebSocket;
  readonly events: string[];
}

function hex(bytes: Uint8Array | ArrayBuffer): string {
  return Buffer.from(bytes as Uint8Array).toString("hex");
}

function laneFrame(lane: number, frames: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = withRoom(frames);
  writeLane(whole, lane);
  return whole;
}

let world: TabWorld;
let network: MemoryNetwork;
/** What servers agree to. */
let protocol: string;

beforeEach(() => {
  vi.useFakeTimers();
  world = new TabWorld();
  protocol = lanes;
  network = new MemoryNetwork((socket) => {
    Object.assign(socket, { protocol });
    socket.open();
  });
});

afterEach(() => {
  vi.useRealTimers();
});

function openTab(tab: FakeTab = world.tab()): TabSharing {
  const { channel } = tab;
  const { locks } = world;
  return shareTabs("ws://test", network.webSocket, { locks, channel });
}

function openSocket({ webSocket }: TabSharing): Socket {
  const socket = new webSocket("", "");
  const events: string[] = [];
  socket.onopen = () => events.push("open");
  socket.onmessage = ({ data }) => events.push(`message ${hex(data)}`);
  socket.onclose = ({ code, reason }) => events.push(`close ${code} ${reason}`.trim());
  return { socket, events };
}

async function settle(ms = 50): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

/** Two tabs, the first of which holds. */
async function twoTabs(tabs: [FakeTab, FakeTab] = [world.tab(), world.tab()]) {
  const first = openTab(tabs[0]);
  const one = openSocket(first);
  await settle();
  const second = openTab(tabs[1]);
  const two = openSocket(second);
  await settle();
  expect([one.events, two.events]).toEqual([["open"], ["open"]]);
  return { first, one, second, two };
}

const ping = frame("ping", 0n, new Uint8Array(8));
const pong = frame("pong", 0n, new Uint8Array(8));
const handover = "close 0 the tab that held the connection has left";

test("golden messages of lanes are whose they should be", () => {
  const path = new URL("../../../schema/vectors/frames/lanes.json", import.meta.url);
  const vectors: {
    name: string;
    bytes: string;
    lane?: number;
    rest?: string;
    code?: number;
    reason?: string;
  }[] = JSON.parse(readFileSync(path, "utf8"));
  expect(vectors.length).toBeGreaterThan(15);
  for (const { name, bytes, lane, rest, code, reason } of vectors) {
    const data = new Uint8Array(Buffer.from(bytes, "hex")).buffer;
    const read = readLane(data);
    if (name.startsWith("padding")) continue; // what fills up is nobody's to look at in a page
    expect(read?.lane, name).toBe(lane);
    if (rest !== undefined) expect(hex(data.slice(read?.offset)), name).toBe(rest);
    expect(read?.end, name).toEqual(code === undefined ? undefined : { code, reason });
  }
});

test("a farewell is found among the frames that are in no call", () => {
  const goaway = frame("goaway", 0n, new Uint8Array(16));
  const found = message(ping, pong, goaway);
  expect(hasGoaway(found.buffer, 0)).toBe(true);
  expect(hasGoaway(message(ping).buffer, 0)).toBe(false);
  expect(hasGoaway(message(frame("cancel", 1n), goaway).buffer, 0)).toBe(false);
});

test("the first tab holds the connection, the second goes through it", async () => {
  const { first, one, second, two } = await twoTabs();
  expect(network.sockets).toHaveLength(1);
  one.socket.send(ping as never);
  two.socket.send(pong as never);
  await settle();
  expect(network.last.sent.map(hex)).toEqual([hex(ping), hex(laneFrame(1, pong))]);
  network.last.deliver(message(pong));
  network.last.deliver(laneFrame(1, ping));
  await settle();
  expect(one.events).toEqual(["open", `message ${hex(pong)}`]);
  expect(two.events).toEqual(["open", `message ${hex(ping)}`]);
  expect(first.description.tabs).toBe("shared: this tab holds it for 1 others");
  expect(second.description.tabs).toBe("shared through another tab");
});

test("lanes are numbered as they begin to speak", async () => {
  const { first, two } = await twoTabs();
  const three = openSocket(first);
  await settle();
  two.socket.send(ping as never);
  await settle();
  three.socket.send(pong as never);
  expect(network.last.sent.map(hex)).toEqual([hex(laneFrame(1, ping)), hex(laneFrame(2, pong))]);
});

test("a tab that closes its socket ends its lane, and the last one closes the connection", async () => {
  const { one, two } = await twoTabs();
  one.socket.send(ping as never);
  two.socket.send(ping as never);
  await settle();
  two.socket.close(4009);
  await settle();
  one.socket.close(1000);
  expect(network.last.sent.slice(2).map(hex)).toEqual([
    hex(laneEnd(1, 4009)),
    hex(laneEnd(0, 1000)),
  ]);
  expect(network.last.closedWith).toBe(1000);
});

test("the server ends one lane, and the other goes on", async () => {
  const { one, two } = await twoTabs();
  one.socket.send(ping as never);
  two.socket.send(ping as never);
  await settle();
  network.last.deliver(laneEnd(1, 4012));
  network.last.deliver(message(pong));
  await settle();
  expect(two.events).toEqual(["open", "close 4012"]);
  expect(one.events).toEqual(["open", `message ${hex(pong)}`]);
  expect(network.last.closedWith).toBeUndefined();
});

test("a lost connection is lost to all", async () => {
  const { one, two } = await twoTabs();
  network.last.end(1006);
  await settle();
  expect([one.events.at(-1), two.events.at(-1)]).toEqual(["close 1006", "close 1006"]);
});

test("a client that is closed in the holder gives the connection away", async () => {
  const { first, one, second, two } = await twoTabs();
  first.close();
  one.socket.close(1000);
  await settle();
  expect(two.events).toEqual(["open", handover]);
  const next = openSocket(second);
  await settle();
  expect(next.events).toEqual(["open"]);
  expect(network.sockets).toHaveLength(2);
  expect(second.description.tabs).toBe("shared: this tab holds it for 0 others");
});

test("a tab that waits for the lock when it is closed never gets it", async () => {
  const { first, one, second, two } = await twoTabs();
  second.close();
  two.socket.close(1000);
  first.close();
  one.socket.close(1000);
  const third = openTab();
  openSocket(third);
  await settle();
  expect(third.description.tabs).toBe("shared: this tab holds it for 0 others");
});

test("a holder that answers no more loses the connection, and follows when it is back", async () => {
  const tabs: [FakeTab, FakeTab] = [world.tab(), world.tab()];
  const { first, one, second, two } = await twoTabs(tabs);
  tabs[0].freeze();
  await settle(10_000);
  expect(two.events).toEqual(["open", handover]);
  expect(second.description.tabs).toBe("shared: this tab holds it for 0 others");
  tabs[0].thaw();
  await settle();
  expect(one.events).toEqual(["open", handover]);
  const back = openSocket(first);
  const again = openSocket(second);
  await settle();
  expect([back.events, again.events]).toEqual([["open"], ["open"]]);
  expect(first.description.tabs).toBe("shared through another tab");
});

test("a tab that opens while the holder answers no more does not wait for ever", async () => {
  const tabs: [FakeTab, FakeTab] = [world.tab(), world.tab()];
  openSocket(openTab(tabs[0]));
  await settle();
  tabs[0].freeze();
  const late = openSocket(openTab(tabs[1]));
  await settle(5_000);
  expect(late.events).toEqual(["open"]);
});

test("a holder that answers is left alone, however quiet it is", async () => {
  const { one, two } = await twoTabs();
  await settle(600_000);
  expect([one.events, two.events]).toEqual([["open"], ["open"]]);
});

test("a tab that was held up itself asks once more before it takes over", async () => {
  const tabs: [FakeTab, FakeTab] = [world.tab(), world.tab()];
  const { two } = await twoTabs(tabs);
  tabs[0].freeze();
  await settle(5_000); // it has asked
  const now = vi.spyOn(performance, "now").mockImplementation(() => Date.now() + 60_000);
  await settle(3_000); // its timer fires, and is late by all it can know
  now.mockRestore();
  tabs[0].thaw();
  await settle(60_000);
  expect(two.events).toEqual(["open"]);
});

test("what is on its way to the server is seen by the tab that sends it", async () => {
  const { two } = await twoTabs();
  two.socket.send(new Uint8Array(100_000) as never);
  expect(two.socket.bufferedAmount).toBe(100_000);
  (network.last as MemorySocket).bufferedAmount = 80_000;
  await settle();
  expect(two.socket.bufferedAmount).toBe(80_000);
  (network.last as MemorySocket).bufferedAmount = 0;
  await settle();
  expect(two.socket.bufferedAmount).toBe(0);
});

test("a server without lanes: followers connect by themselves", async () => {
  protocol = "cortado.v1";
  const one = openSocket(openTab());
  await settle();
  const second = openTab();
  const two = openSocket(second);
  await settle();
  expect([one.events, two.events]).toEqual([["open"], ["open"]]);
  expect(second.description.findings[0]?.about).toBe("tabs");
  two.socket.send(ping as never);
  one.socket.send(pong as never);
  const sent = network.sockets.map((socket) => socket.sent.map(hex)).filter(({ length }) => length);
  expect(sent).toEqual([[hex(pong)], [hex(ping)]]);
});

test("a lane that is one too many begins anew on a WebSocket of its own", async () => {
  const { two } = await twoTabs();
  two.socket.send(ping as never);
  await settle();
  network.last.deliver(laneEnd(1, 1013));
  await settle();
  expect(network.sockets).toHaveLength(2);
  expect(network.last.sent.map(hex)).toEqual([hex(ping)]);
  network.last.deliver(message(pong));
  expect(two.events).toEqual(["open", `message ${hex(pong)}`]);
});

test("a server that says farewell gets no new lanes", async () => {
  const { first, one } = await twoTabs();
  network.last.deliver(message(frame("goaway", 0n, new Uint8Array(16))));
  one.socket.send(ping as never);
  network.last.deliver(message(frame("goaway", 0n, new Uint8Array(16))));
  const next = openSocket(first);
  await settle();
  expect(network.sockets).toHaveLength(2);
  expect(next.events).toEqual(["open"]);
  expect(one.events.at(-1)).toMatch(/^message/);
});

test("a connection on which nobody was heard is left by all when one gives it up", async () => {
  const { one, two } = await twoTabs();
  one.socket.send(ping as never);
  two.socket.send(ping as never);
  await settle(60_000);
  one.socket.close(idleCode);
  await settle();
  expect(two.events).toEqual(["open", "close 0 the connection was silent"]);
});

test("a page without locks has connections of its own", () => {
  const none = { locks: undefined, channel: undefined };
  const sharing = shareTabs("ws://test", network.webSocket, none);
  expect(sharing.webSocket).toBe(network.webSocket);
  expect(sharing.description.findings[0]?.cure).toContain("https");
});

test("a page that may have no locks has connections of its own, and says so", async () => {
  const request = () => Promise.reject(new DOMException("no", "SecurityError"));
  const sharing = shareTabs("ws://test", network.webSocket, {
    locks: { request } as unknown as LockManager,
    channel: world.tab().channel,
  });
  const one = openSocket(sharing);
  await settle();
  expect(one.events).toEqual(["open"]);
  expect(sharing.description.tabs).toBe("not shared");
});
