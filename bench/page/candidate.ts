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

/** Resolves when a call can be made; `origin` is the candidate's own server, "http://host:port". */
export type Open = (origin: string) => Promise<Connection>;

/** The payload of every call: 64 bytes of ASCII. */
export const payload = "The quick brown fox jumps over the lazy dog, again and again.  !";

export function webSocketUrl(origin: string, path: string): string {
  return origin.replace(/^http/, "ws") + path;
}
