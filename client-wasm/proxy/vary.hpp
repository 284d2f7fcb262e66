// SPDX-License-Identifier: Apache-2.0
// Which stored response a request may have (RFC 9111, 4.1).
#pragma once

#include <span>

#include "client-wasm/proxy/context.hpp"

namespace cortado::proxy {

/// vary_never_matches: `Vary: *`, or Vary names Cookie, which a page does not see, and no identity
/// stands for it. none: it can match.
[[nodiscard]] Reason reason_not_to_match(const Context& context, const RequestHead& request,
                                         const Headers& response);

/// Notes in `record` the request's headers that the response's Vary names.
void note_vary(Record& record, const RequestHead& request, const Headers& response);

/// The newest of those that match, or why there is none.
struct Selection {
  std::uint32_t entry = no_index;
  Reason reason = Reason::not_stored;
};
[[nodiscard]] Selection select(const Context& context, const RequestHead& request,
                               std::span<const Stored> stored);

}  // namespace cortado::proxy
