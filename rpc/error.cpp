// SPDX-License-Identifier: Apache-2.0
// Errors to and from their form on the wire, and as text.
#include "rpc/error.hpp"

namespace cortado {

Error Error::from(const wire::ErrorView& view) {
  return {view.code, std::string(view.message), view.retry_after_ms,
          std::vector<std::byte>(view.details.begin(), view.details.end())};
}

wire::ErrorView Error::view() const { return {code, message, retry_after_ms, details}; }

std::string to_string(const Error& error) {
  std::string text(wire::name(error.code));
  if (!error.message.empty()) {
    text += ": ";
    text += error.message;
  }
  return text;
}

}  // namespace cortado
