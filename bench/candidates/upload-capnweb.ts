// SPDX-License-Identifier: Apache-2.0
// capnweb: a ReadableStream as an argument.
export { openCapnwebUpload as open } from "../page/capnweb-streams.ts";
