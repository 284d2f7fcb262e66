// SPDX-License-Identifier: Apache-2.0
// capnweb: a ReadableStream there, and one back.
export { openCapnwebChat as open } from "../page/capnweb-streams.ts";
