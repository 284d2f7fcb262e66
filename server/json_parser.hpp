// SPDX-License-Identifier: Apache-2.0
// Parses the body of a JSON-RPC request into Boost.JSON values, and notes one thing that they lose:
// the text of an id that is a number. Ids go back as they came, be they 1.50 or of thirty digits.
//
// Memory comes from an arena that is used again for the next body.
#pragma once

#include <boost/json/value.hpp>

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cortado::server {

/// Reused for each body on a thread: only one parsed body may live at a time.
class JsonParser {
 public:
  /// `depth_max`: how deep values may nest below a request.
  explicit JsonParser(std::size_t depth_max);
  ~JsonParser();
  JsonParser(const JsonParser&) = delete;
  JsonParser& operator=(const JsonParser&) = delete;

  /// The value, or nullptr when the text is no JSON or too deep; then problem() says why. It lives
  /// until the next call; its ids borrow from `text`.
  [[nodiscard]] const boost::json::value* parse(std::string_view text);
  [[nodiscard]] const std::string& problem() const { return problem_; }

  /// The text of the id of request number `index` (0 for a single one) when it is a number.
  [[nodiscard]] std::string_view number_id(std::size_t index) const;

 private:
  class State;
  std::unique_ptr<State> state_;
  std::string problem_;
};

}  // namespace cortado::server
