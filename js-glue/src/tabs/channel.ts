// SPDX-License-Identifier: Apache-2.0
// What tabs say to each other. On the common channel: who holds the connection, and who wants a lane.
// On one channel for each lane, so that nobody else is woken: its frames, behind room for a header,
// and the following.

/** Whoever takes hold says so; whoever wants a lane asks, until the holder has answered. */
export type CommonWord =
  | { readonly kind: "holds"; readonly holder: string }
  | { readonly kind: "wants"; readonly lane: string };

/** From the tab that has the lane. */
export type FollowerWord =
  | { readonly kind: "closes"; readonly code: number | undefined }
  | { readonly kind: "asks" };

/** From the holder. */
export type HolderWord =
  | { readonly kind: "joined"; readonly holder: string }
  | { readonly kind: "open" }
  | { readonly kind: "refused" }
  | { readonly kind: "closed"; readonly code: number; readonly reason: string }
  /** Bytes that the real socket was given of this lane, and what it has not sent of all. */
  | { readonly kind: "told"; readonly taken: number; readonly buffered: number };

export type ChannelConstructor = new (name: string) => BroadcastChannel;
