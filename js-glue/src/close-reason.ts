// SPDX-License-Identifier: Apache-2.0
// What a WebSocket's close code means for who wants to go on. docs/protocol.md, "What closes the
// connection".
import { type CloseReason, closeCodeBase, closeReasonName } from "./generated/protocol.ts";

/** Of the codes that WebSocket itself has: this end broke its rules, or is not welcome (1008). */
const finalCodes: readonly number[] = [1002, 1003, 1007, 1008, 1010];

const temporary: readonly CloseReason[] = ["going_away", "idle", "superseded", "session_lost"];

/** In a close frame. */
export function closeCodeOf(reason: CloseReason): number {
  return closeCodeBase + Object.values(closeReasonName).indexOf(reason);
}

/** Connecting again would end the same way. */
export function isFinal(code: number): boolean {
  const name = closeReasonName[code - closeCodeBase];
  return name === undefined ? finalCodes.includes(code) : !temporary.includes(name);
}

/** Of no WebSocket: the tab that held the connection has left, and another has it (tabs/). */
export const handedOverCode = 0;

/** For people. `byUs`: this end closed it because of what it received. */
export function describeClose(code: number, reason: string, byUs: boolean): string {
  if (code === handedOverCode) return reason;
  if (code === 1006) return "the connection was lost: the network, a proxy or the server went away";
  const words = `code ${code} ${reason || (closeReasonName[code - closeCodeBase] ?? "")}`.trim();
  if (byUs && isFinal(code))
    return `the server broke the protocol (${words}): are both ends of one release?`;
  return isFinal(code)
    ? `the server refuses this client (${words})`
    : `the server closed the connection (${words})`;
}
