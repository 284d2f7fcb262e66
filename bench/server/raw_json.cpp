// SPDX-License-Identifier: Apache-2.0
#include "bench/server/raw_json.hpp"

#include <cstddef>

namespace cortado::bench {
namespace {

/// What lies between `before` and `after`; `rest` then begins behind it. Empty at the end.
std::string_view take_between(std::string_view& rest, std::string_view before, char after) {
  const std::size_t found = rest.find(before);
  if (found == std::string_view::npos) return {};
  rest.remove_prefix(found + before.size());
  const std::string_view taken = rest.substr(0, rest.find(after));
  rest.remove_prefix(taken.size());
  return taken;
}

}  // namespace

void answer_json_batch(std::string_view batch, std::string& out) {
  out.reserve(batch.size());
  char separator = '[';
  for (;;) {
    const std::string_view id = take_between(batch, R"("id":)", ',');
    if (id.empty()) break;
    const std::string_view text = take_between(batch, R"("text":")", '"');
    out += separator;
    out += R"({"jsonrpc":"2.0","id":)";
    out += id;
    out += R"(,"result":{"text":")";
    out += text;
    out += R"("}})";
    separator = ',';
  }
  out += ']';
}

}  // namespace cortado::bench
