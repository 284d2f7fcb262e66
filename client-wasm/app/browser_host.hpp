// SPDX-License-Identifier: Apache-2.0
// What a client needs of any thread of a browser, whatever its sockets are: the clock, chance, the
// end of the turn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>

#include "rpc/client_host.hpp"

namespace cortado::browser {

class BrowserHost : public client::ClientHost {
 public:
  [[nodiscard]] std::uint64_t now_ms() const override;
  [[nodiscard]] std::uint64_t now_us() const override;
  void fill_with_random(std::span<std::byte> bytes) override;
  void post(std::function<void()> task) override;
  void handler_failed(std::string_view service, std::string_view method,
                      std::string_view what) override;
};

}  // namespace cortado::browser
