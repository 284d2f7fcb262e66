// SPDX-License-Identifier: Apache-2.0
// A JSON-RPC batch answered by hand: the limit for JSON over fetch.
#pragma once

#include <string>
#include <string_view>

namespace cortado::bench {

/// Answers [{"jsonrpc":"2.0","id":0,"method":"Echo.echo","params":{"text":"…"}},…], members in this
/// order and texts without escapes, as candidates/json-batch.ts writes it.
void answer_json_batch(std::string_view batch, std::string& out);

}  // namespace cortado::bench
