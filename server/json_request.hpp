// SPDX-License-Identifier: Apache-2.0
// One request object of JSON-RPC 2.0, checked. Knows the specification's section 4 and no service.
#pragma once

#include <boost/json/value.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace cortado::server {

struct JsonRequest {
  /// JSON text, as it came; empty: a notification.
  std::string id;
  /// Borrowed from the parsed body, as params.
  std::string_view method;
  /// An array or object; nullptr: none.
  const boost::json::value* params = nullptr;
  /// The bytes of the member "idempotencyKey", which is an extension; empty: none.
  std::vector<std::byte> idempotency_key;
  /// Why it is no valid request; empty: it is. Then `id` is what could be found, or "null".
  std::string_view problem;
};

/// `number_id`: the text of the id if it is a number (JsonParser::number_id).
[[nodiscard]] JsonRequest read_request(const boost::json::value& value, std::string_view number_id);

}  // namespace cortado::server
