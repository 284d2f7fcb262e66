// SPDX-License-Identifier: Apache-2.0
// What every candidate implements, so that all run the same loops: one call that returns the text
// it was given. Knows no candidate.

export interface Connection {
  call(text: string): Promise<string>;
  close(): void;
}

/** A connection over which the server sends the text `count` times; resolves after the last. */
export interface PushConnection extends Connection {
  push(text: string, count: number, read: (text: string) => void): Promise<void>;
}

/** What a server says of an upload. */
export interface Collected {
  /** The first text. */
  readonly text: string;
  /** How many were equal to it. */
  readonly count: number;
}

/** A connection over which the page sends the text `count` times, and is answered once. */
export interface UploadConnection extends Connection {
  upload(text: string, count: number): Promise<Collected>;
}

/** A connection over which what the page sends comes back. */
export interface ChatConnection extends Connection {
  /** Opens a stream for `count` texts, sent as fast as they are taken; resolves after the last. */
  chat(text: string, count: number, read: (text: string) => void): Promise<void>;
  /** Opens a stream on which a call is an item that comes back. One call at a time. */
  openChat(): Connection;
}

/** What `run` reads, which is one item. */
export async function onlyItem(run: (read: (item: string) => void) => Promise<void>) {
  const items: string[] = [];
  await run((item) => {
    items.push(item);
  });
  return items.join();
}

/** Resolves when a call can be made; `origin` is the candidate's own server, "http://host:port". */
export type Open = (origin: string) => Promise<Connection>;

/** The payload of every call: 64 bytes of ASCII. */
export const payload = "The quick brown fox jumps over the lazy dog, again and again.  !";

export function webSocketUrl(origin: string, path: string): string {
  return origin.replace(/^http/, "ws") + path;
}
