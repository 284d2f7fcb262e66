// SPDX-License-Identifier: Apache-2.0
// What a CloseReason is in a close frame.
#pragma once

#include <cstdint>
#include <utility>

#include "wire/protocol.hpp"

namespace cortado::wire {

/// docs/protocol.md, "What closes the connection".
[[nodiscard]] constexpr std::uint16_t close_code(CloseReason reason) {
  return static_cast<std::uint16_t>(close_code_base + std::to_underlying(reason));
}

}  // namespace cortado::wire
