// SPDX-License-Identifier: Apache-2.0
// The market: prices that walk, orders that are filled when their price is there, one account.
// Knows neither sockets nor clocks nor Cap'n Proto: time is an argument, a refusal is a value.
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "account.hpp"
#include "price_walk.hpp"

namespace exchange {

inline constexpr std::uint32_t order_quantity_max = 10'000;
inline constexpr std::size_t open_orders_max = 200;
/// Orders remembered after they were filled or cancelled.
inline constexpr std::size_t orders_kept_max = 1'000;
/// Changes of orders remembered for those who follow them.
inline constexpr std::size_t changes_kept_max = 1'000;
inline constexpr std::int64_t step_us = 250'000;
inline constexpr Money opening_cash = 1'000'000 * money_scale;
/// A limit further from the price than this factor is a slip of the finger.
inline constexpr Money limit_factor_max = 2;
/// Shares of one symbol that may be owed.
inline constexpr std::int64_t short_max = 10'000;

enum class Side : std::uint8_t { buy, sell };

struct OrderRequest {
  std::string_view symbol;
  Side side = Side::buy;
  std::uint32_t quantity = 0;
  /// Absent: at the best price there is.
  std::optional<Money> limit;
};

enum class OrderStatus : std::uint8_t { open, cancelled, filled };

struct OrderRecord {
  std::uint64_t id = 0;
  std::size_t instrument = 0;
  Side side = Side::buy;
  std::uint32_t quantity = 0;
  std::optional<Money> limit;
  std::int64_t placed_at_us = 0;
  OrderStatus status = OrderStatus::open;
  Money filled_price = 0;
  std::int64_t filled_at_us = 0;
};

/// Why an order is refused; `message` is for the person who typed it.
struct Refused {
  enum class Kind : std::uint8_t { unknown, invalid, precondition, exhausted };
  Kind kind;
  std::string message;
  /// The field of the form that is wrong; empty when it is not one field.
  std::string_view field;
};

class Exchange {
 public:
  /// `now_us`: microseconds since 1970. The same seed and times give the same market.
  Exchange(std::uint32_t seed, std::int64_t now_us);

  /// Makes all steps that are due, filling open orders on the way. A market nobody asked for long
  /// makes at most an hour of them.
  void advance(std::int64_t now_us);

  [[nodiscard]] std::optional<std::size_t> find(std::string_view symbol) const;
  [[nodiscard]] const PriceWalk& walk(std::size_t instrument) const { return walks_[instrument]; }
  [[nodiscard]] std::int64_t last_step_us() const { return last_step_us_; }

  [[nodiscard]] std::expected<OrderRecord, Refused> submit(const OrderRequest& request);
  [[nodiscard]] std::expected<OrderRecord, Refused> cancel(std::uint64_t order_id);

  /// The newest orders, newest first. Copies: they change with the next call.
  [[nodiscard]] std::vector<OrderRecord> newest_orders(std::size_t count) const;
  /// How often an order was placed, filled or cancelled so far: the number of the next change.
  [[nodiscard]] std::uint64_t change_count() const { return forgotten_changes_ + changes_.size(); }
  /// An order as change `number` left it; nothing when it is forgotten, or has not happened.
  [[nodiscard]] std::optional<OrderRecord> change(std::uint64_t number) const;
  [[nodiscard]] const Account& account() const { return account_; }
  /// Cash and all holdings at their last price.
  [[nodiscard]] Money account_value() const;

 private:
  [[nodiscard]] std::optional<Refused> check(const OrderRequest& request,
                                             std::size_t instrument) const;
  void fill_if_reached(OrderRecord& order);
  void step();
  void forget_old_orders();
  void note_change(const OrderRecord& order);

  std::vector<PriceWalk> walks_;  // as `instruments`
  Account account_{opening_cash};
  std::deque<OrderRecord> orders_;   // by id, oldest first
  std::size_t open_count_ = 0;       // of orders_
  std::deque<OrderRecord> changes_;  // oldest first
  std::uint64_t forgotten_changes_ = 0;
  std::uint64_t next_id_ = 1;
  std::int64_t last_step_us_;
};

}  // namespace exchange
