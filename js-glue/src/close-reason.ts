// SPDX-License-Identifier: Apache-2.0
// What a WebSocket's close code means for who wants to go on. docs/protocol.md, "What closes the
// connection".
import { type CloseReason, closeReasonName } from "./generated/protocol.ts";

const codeBase = 4000;

/** Of the codes that WebSocket itself has: this end broke its rules, or is not welcome (1008). */
const finalCodes: readonly number[] = [1002, 1003, 1007, 1008, 1010];

const temporary: readonly CloseReason[] = ["going_away", "idle", "superseded", "session_lost"];

/** In a close frame: the reason's number and 4000. */
export function closeCodeOf(reason: CloseReason): number {
  return codeBase + Object.values(closeReasonName).indexOf(reason);
}

/** Connecting again would end the same way. */
export function isFinal(code: number): boolean {
  const name = closeReasonName[code - codeBase];
  return name === undefined ? finalCodes.includes(code) : !temporary.includes(name);
}

/** For people. `byUs`: this end closed it because of what it received. */
export function describeClose(code: number, reason: string, byUs: boolean): string {
  if (code === 1006) return "the connection was lost: the network, a proxy or the server went away";
  const words = `code ${code} ${reason || (closeReasonName[code - codeBase] ?? "")}`.trim();
  if (byUs && isFinal(code))
    return `the server broke the protocol (${words}): are both ends of one release?`;
  return isFinal(code)
    ? `the server refuses this client (${words})`
    : `the server closed the connection (${words})`;
}
