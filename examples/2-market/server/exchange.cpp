// SPDX-License-Identifier: Apache-2.0
#include "exchange.hpp"

#include <algorithm>

namespace exchange {
namespace {

constexpr std::int64_t catch_up_max_us = 3'600'000'000;

std::string money(Money amount) {
  const std::string cents = std::to_string(100 + amount % money_scale / price_step);
  return std::to_string(amount / money_scale) + "." + cents.substr(1);
}

std::string quoted(std::string_view text) { return '"' + std::string(text) + '"'; }

Refused invalid(std::string_view field, std::string message) {
  return {Refused::Kind::invalid, std::move(message), field};
}

std::int64_t signed_quantity(const OrderRecord& order) {
  const std::int64_t quantity = order.quantity;
  return order.side == Side::buy ? quantity : -quantity;
}

}  // namespace

Exchange::Exchange(std::uint32_t seed, std::int64_t now_us) : last_step_us_(now_us) {
  for (std::size_t index = 0; index < instruments.size(); ++index) {
    walks_.emplace_back(instruments[index].opening_price, seed + static_cast<std::uint32_t>(index));
  }
}

void Exchange::advance(std::int64_t now_us) {
  last_step_us_ = std::max(last_step_us_, now_us - catch_up_max_us);
  for (; last_step_us_ + step_us <= now_us; last_step_us_ += step_us) step();
}

void Exchange::step() {
  for (PriceWalk& walk : walks_) walk.step();
  if (open_count_ == 0) return;
  for (OrderRecord& order : orders_) {
    if (order.status != OrderStatus::open) continue;
    fill_if_reached(order);
    if (order.status != OrderStatus::open) note_change(order);
  }
}

std::optional<std::size_t> Exchange::find(std::string_view symbol) const {
  const auto found = std::ranges::find(instruments, symbol, &InstrumentInfo::symbol);
  if (found == instruments.end()) return std::nullopt;
  return static_cast<std::size_t>(found - instruments.begin());
}

std::optional<Refused> Exchange::check(const OrderRequest& request, std::size_t instrument) const {
  if (request.quantity < 1 || request.quantity > order_quantity_max) {
    return invalid("quantity",
                   "The quantity must be 1 to " + std::to_string(order_quantity_max) + " shares.");
  }
  const PriceWalk& walk = walks_[instrument];
  const Money limit_min = walk.last() / limit_factor_max;
  const Money limit_max = walk.last() * limit_factor_max;
  if (request.limit && (*request.limit < limit_min || *request.limit > limit_max)) {
    return invalid("limit", "The limit must be " + money(limit_min) + " to " + money(limit_max) +
                                ": the price is " + money(walk.last()) + ".");
  }
  if (open_count_ >= open_orders_max) {
    return Refused{Refused::Kind::exhausted,
                   std::to_string(open_orders_max) + " orders are open; cancel one first.", ""};
  }
  const std::int64_t quantity = request.quantity;
  if (request.side == Side::sell) {
    if (account_.held(request.symbol) - quantity >= -short_max) return std::nullopt;
    return Refused{Refused::Kind::precondition,
                   "No more than " + std::to_string(short_max) + " shares may be owed.",
                   "quantity"};
  }
  const Money cost = quantity * request.limit.value_or(walk.ask());
  if (cost <= account_.cash()) return std::nullopt;
  return Refused{
      Refused::Kind::precondition,
      "This order costs " + money(cost) + ", and the account has " + money(account_.cash()) + ".",
      "quantity"};
}

std::expected<OrderRecord, Refused> Exchange::submit(const OrderRequest& request) {
  const std::optional<std::size_t> instrument = find(request.symbol);
  if (!instrument) {
    return std::unexpected(
        Refused{Refused::Kind::unknown, quoted(request.symbol) + " is not traded here.", "symbol"});
  }
  if (std::optional<Refused> refused = check(request, *instrument)) {
    return std::unexpected(*std::move(refused));
  }
  OrderRecord order;
  order.id = next_id_++;
  order.instrument = *instrument;
  order.side = request.side;
  order.quantity = request.quantity;
  order.limit = request.limit;
  order.placed_at_us = last_step_us_;
  ++open_count_;
  fill_if_reached(order);
  note_change(order);
  orders_.push_back(order);
  forget_old_orders();
  return order;
}

void Exchange::fill_if_reached(OrderRecord& order) {
  PriceWalk& walk = walks_[order.instrument];
  const bool buys = order.side == Side::buy;
  const Money price = buys ? walk.ask() : walk.bid();
  if (order.limit && (buys ? price > *order.limit : price < *order.limit)) return;
  --open_count_;
  if (buys && order.quantity * price > account_.cash()) {
    order.status = OrderStatus::cancelled;  // another order has spent the cash meanwhile
    return;
  }
  order.status = OrderStatus::filled;
  order.filled_price = price;
  order.filled_at_us = last_step_us_;
  walk.add_volume(order.quantity);
  account_.trade(instruments[order.instrument].symbol, signed_quantity(order), price);
}

std::expected<OrderRecord, Refused> Exchange::cancel(std::uint64_t order_id) {
  const auto found = std::ranges::lower_bound(orders_, order_id, {}, &OrderRecord::id);
  if (found == orders_.end() || found->id != order_id) {
    return std::unexpected(
        Refused{Refused::Kind::unknown, "There is no order " + std::to_string(order_id) + ".", ""});
  }
  if (found->status != OrderStatus::open) {
    return std::unexpected(Refused{Refused::Kind::precondition,
                                   "Order " + std::to_string(order_id) + " is no longer open.",
                                   ""});
  }
  found->status = OrderStatus::cancelled;
  --open_count_;
  note_change(*found);
  return *found;
}

void Exchange::note_change(const OrderRecord& order) {
  changes_.push_back(order);
  if (changes_.size() <= changes_kept_max) return;
  changes_.pop_front();
  ++forgotten_changes_;
}

std::optional<OrderRecord> Exchange::change(std::uint64_t number) const {
  if (number < forgotten_changes_ || number >= change_count()) return std::nullopt;
  return changes_[static_cast<std::size_t>(number - forgotten_changes_)];
}

void Exchange::forget_old_orders() {
  while (orders_.size() > orders_kept_max) {
    const auto closed = std::ranges::find_if(
        orders_, [](const OrderRecord& order) { return order.status != OrderStatus::open; });
    if (closed == orders_.end()) return;
    orders_.erase(closed);
  }
}

std::vector<OrderRecord> Exchange::newest_orders(std::size_t count) const {
  const auto size = static_cast<std::ptrdiff_t>(std::min(count, orders_.size()));
  return {orders_.rbegin(), orders_.rbegin() + size};
}

Money Exchange::account_value() const {
  Money value = account_.cash();
  for (const auto& [symbol, holding] : account_.holdings()) {
    value += holding.quantity * walks_[*find(symbol)].last();
  }
  return value;
}

}  // namespace exchange
