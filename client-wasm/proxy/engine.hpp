// SPDX-License-Identifier: Apache-2.0
// The engine of a page's caches. It knows no fetch, no storage and no clock: heads, records and the
// time go in, decisions come out (docs/adr/0019-what-the-proxy-decides.md). It remembers its
// configuration, the identity and the catalogue, and nothing of a request between two calls.
//
// Every text is as heads.hpp says; it is borrowed for the call. A text that is not so is `bad_input`
// and changes nothing.
#pragma once

#include <expected>

#include "client-wasm/proxy/catalogue.hpp"
#include "client-wasm/proxy/context.hpp"

namespace cortado::proxy {

using Decided = std::expected<Decision, Refusal>;

class Engine {
 public:
  /// Empty: it counts from now on. Else what is wrong with it; the one before it stays.
  [[nodiscard]] std::string configure(std::string_view text);

  /// Whose the requests are from now on. What was stored for others goes: evict() says what of it the
  /// catalogue knows. True: it was another one.
  bool identify(std::string_view identity);

  /// Pushes of the server may have been missed until then.
  void distrust(Milliseconds until) { distrusted_until_ = until; }

  /// By a request's head, and an RPC's canonical params: look_up with the route's number and the key, or
  /// bypass, or change.
  [[nodiscard]] Decided route(std::string_view text, std::string_view params,
                              std::uint32_t& number) const;

  /// Request, then all that is stored under its key.
  [[nodiscard]] Decided decide(std::uint32_t route, std::string_view text, Milliseconds now) const;

  /// Request, response, then the entry that the decision named, if it named one.
  [[nodiscard]] Decided received(std::uint32_t route, std::string_view text,
                                 Milliseconds request_time, Milliseconds now) const;

  /// Request, then the entry.
  [[nodiscard]] Decided failed(std::uint32_t route, std::string_view text, bool is_timeout,
                               Milliseconds now) const;

  /// An unsafe request and its response: the keys that are void, one a line, as the decision's key.
  [[nodiscard]] Decided changed(std::string_view text) const;

  /// A line with the key, then the record.
  [[nodiscard]] Refusal add(EntryId id, std::string_view text, std::uint64_t size,
                            Milliseconds last_used);

  [[nodiscard]] Catalogue& catalogue() { return catalogue_; }

 private:
  [[nodiscard]] Context context(std::uint32_t route, Milliseconds now) const;

  Configuration configuration_;
  std::string identity_;
  Catalogue catalogue_;
  Milliseconds distrusted_until_ = -1;
};

}  // namespace cortado::proxy
