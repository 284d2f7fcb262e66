// SPDX-License-Identifier: Apache-2.0
// What a WebSocket's close code means for who wants to go on. docs/protocol.md, "What closes the
// connection".
import { closeReasonNumber } from "./generated/protocol.ts";

const codeBase = 4000;

/** Connecting again would end the same way. */
export function isFinal(code: number): boolean {
  // 1002, 1003, 1007, 1010: this end broke the WebSocket protocol itself; 1008: not welcome.
  return code >= codeBase
    ? code !== codeBase + closeReasonNumber.going_away && code !== codeBase + closeReasonNumber.idle
    : code === 1002 || code === 1003 || code === 1007 || code === 1008 || code === 1010;
}

/** For people. `byUs`: this end closed it because of what it received. */
export function describeClose(code: number, reason: string, byUs: boolean): string {
  const words = reason === "" ? `code ${code}` : `code ${code}: ${reason}`;
  if (byUs) return `the server broke the protocol (${words}): are both ends of one release?`;
  if (code === 1006) return "the connection was lost: the network, a proxy or the server went away";
  if (isFinal(code)) return `the server refuses this client (${words})`;
  return `the server closed the connection (${words})`;
}
