// SPDX-License-Identifier: Apache-2.0
// Cash and shares. Knows no prices but those it is told.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "instruments.hpp"

namespace exchange {

struct Holding {
  /// Negative when more was sold than bought.
  std::int64_t quantity = 0;
  /// Paid for all shares held; negative when they were sold.
  Money cost = 0;

  [[nodiscard]] Money average_price() const { return quantity == 0 ? 0 : cost / quantity; }
};

class Account {
 public:
  explicit Account(Money cash) : cash_(cash) {}

  /// Buys at `price` each, or sells when `quantity` is negative.
  void trade(std::string_view symbol, std::int64_t quantity, Money price);

  [[nodiscard]] Money cash() const { return cash_; }
  [[nodiscard]] std::int64_t held(std::string_view symbol) const;
  /// By symbol; no empty ones.
  [[nodiscard]] const std::map<std::string, Holding, std::less<>>& holdings() const {
    return holdings_;
  }

 private:
  Money cash_;
  std::map<std::string, Holding, std::less<>> holdings_;
};

}  // namespace exchange
