// SPDX-License-Identifier: Apache-2.0
// ringbuf.js.
export { openRingbuf as open } from "../ringbuf.ts";
