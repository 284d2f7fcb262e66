// SPDX-License-Identifier: Apache-2.0
// What a client needs to know of tabs that share a connection; what does it is loaded by those that
// ask for it (share.ts).
import type { Finding } from "../diagnosis.ts";
import type { WebSocketConstructor } from "../early-socket.ts";

export interface TabSharing {
  /** Leads over the connection that tabs share, or over one of its own. */
  readonly webSocket: WebSocketConstructor;
  readonly description: TabsDescription;
  /** No more sockets are made; those that are open are closed by who made them. */
  close(): void;
}

export interface TabsDescription {
  /** "shared through another tab", or as it is. */
  readonly tabs: string;
  /** Why it is not shared, where it should be. */
  readonly findings: readonly Finding[];
}
