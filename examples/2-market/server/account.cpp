// SPDX-License-Identifier: Apache-2.0
#include "account.hpp"

namespace exchange {

void Account::trade(std::string_view symbol, std::int64_t quantity, Money price) {
  cash_ -= quantity * price;
  Holding& holding = holdings_.try_emplace(std::string(symbol)).first->second;
  const std::int64_t before = holding.quantity;
  holding.quantity += quantity;
  const bool grows = before == 0 || (before > 0) == (quantity > 0);
  const bool turns = !grows && (holding.quantity > 0) != (before > 0);
  if (grows) {
    holding.cost += quantity * price;
  } else if (turns) {
    holding.cost = holding.quantity * price;  // what was held is gone; the rest is new
  } else {
    holding.cost = holding.cost / before * holding.quantity;
  }
  if (holding.quantity == 0) holdings_.erase(holdings_.find(symbol));
}

std::int64_t Account::held(std::string_view symbol) const {
  const auto found = holdings_.find(symbol);
  return found == holdings_.end() ? 0 : found->second.quantity;
}

}  // namespace exchange
