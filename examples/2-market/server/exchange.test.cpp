// SPDX-License-Identifier: Apache-2.0
#include "exchange.hpp"

#include <doctest/doctest.h>

namespace exchange {
namespace {

constexpr std::uint32_t seed = 7;
constexpr std::int64_t start_us = 1'000'000'000;

OrderRequest buy(std::string_view symbol, std::uint32_t quantity,
                 std::optional<Money> limit = std::nullopt) {
  return {.symbol = symbol, .side = Side::buy, .quantity = quantity, .limit = limit};
}

OrderRequest sell(std::string_view symbol, std::uint32_t quantity) {
  return {.symbol = symbol, .side = Side::sell, .quantity = quantity, .limit = std::nullopt};
}

const PriceWalk& walk_of(const Exchange& exchange, std::string_view symbol) {
  return exchange.walk(exchange.find(symbol).value());
}

/// Steps until the price of `symbol` is below `price`.
void wait_until_below(Exchange& exchange, std::string_view symbol, Money price) {
  for (int step = 0; step < 100'000 && walk_of(exchange, symbol).ask() > price; ++step) {
    exchange.advance(exchange.last_step_us() + step_us);
  }
  REQUIRE(walk_of(exchange, symbol).ask() <= price);
}

}  // namespace

TEST_CASE("the same seed and times give the same prices") {
  Exchange one(seed, start_us);
  Exchange other(seed, start_us);
  one.advance(start_us + 100 * step_us);
  for (int step = 1; step <= 100; ++step) other.advance(start_us + step * step_us);
  for (std::size_t index = 0; index < instruments.size(); ++index) {
    CHECK(one.walk(index).last() == other.walk(index).last());
    CHECK(one.walk(index).history(60) == other.walk(index).history(60));
  }
}

TEST_CASE("prices move, stay whole cents and stay near where they began") {
  Exchange exchange(seed, start_us);
  exchange.advance(start_us + 3'600'000'000);
  for (std::size_t index = 0; index < instruments.size(); ++index) {
    const PriceWalk& walk = exchange.walk(index);
    CHECK(walk.last() % price_step == 0);
    CHECK(walk.bid() < walk.ask());
    CHECK(walk.bid() > 0);
    CHECK(walk.last() > walk.opening() / 2);
    CHECK(walk.last() < walk.opening() * 2);
    CHECK(walk.history(1'000).size() == 240);
  }
}

TEST_CASE("a market order is filled at once and moves cash and shares") {
  Exchange exchange(seed, start_us);
  const Money ask = walk_of(exchange, "CORT").ask();
  const OrderRecord order = exchange.submit(buy("CORT", 10)).value();
  CHECK(order.status == OrderStatus::filled);
  CHECK(order.filled_price == ask);
  CHECK(exchange.account().cash() == opening_cash - 10 * ask);
  CHECK(exchange.account().held("CORT") == 10);
}

TEST_CASE("a limit order waits for its price") {
  Exchange exchange(seed, start_us);
  const Money limit = walk_of(exchange, "MOCA").ask() - 10 * price_step;
  const OrderRecord waiting = exchange.submit(buy("MOCA", 5, limit)).value();
  CHECK(waiting.status == OrderStatus::open);
  CHECK(exchange.account().held("MOCA") == 0);

  wait_until_below(exchange, "MOCA", limit);
  const OrderRecord filled = exchange.newest_orders(1).front();
  CHECK(filled.id == waiting.id);
  CHECK(filled.status == OrderStatus::filled);
  CHECK(filled.filled_price <= limit);
  CHECK(exchange.account().held("MOCA") == 5);
}

TEST_CASE("an order that cannot be is refused with the field that is wrong") {
  Exchange exchange(seed, start_us);
  const auto refused = [&](const OrderRequest& request) {
    return exchange.submit(request).error();
  };
  CHECK(refused(buy("NOPE", 1)).kind == Refused::Kind::unknown);
  CHECK(refused(buy("NOPE", 1)).field == "symbol");
  CHECK(refused(buy("CORT", 0)).field == "quantity");
  CHECK(refused(buy("CORT", order_quantity_max + 1)).kind == Refused::Kind::invalid);
  CHECK(refused(buy("CORT", 1, 1)).field == "limit");
  CHECK(refused(buy("GESH", 10'000)).kind == Refused::Kind::precondition);
  CHECK(exchange.newest_orders(10).empty());
}

TEST_CASE("open orders and debts are bounded") {
  Exchange exchange(seed, start_us);
  const Money low = walk_of(exchange, "OATS").last() * 3 / 4;
  for (std::size_t count = 0; count < open_orders_max; ++count) {
    REQUIRE(exchange.submit(buy("OATS", 1, low)).has_value());
  }
  CHECK(exchange.submit(buy("OATS", 1, low)).error().kind == Refused::Kind::exhausted);

  REQUIRE(exchange.cancel(1).has_value());
  CHECK(exchange.submit(sell("MILK", 10'000)).has_value());
  CHECK(exchange.submit(sell("MILK", 1)).error().kind == Refused::Kind::precondition);
}

TEST_CASE("an order is cancelled once") {
  Exchange exchange(seed, start_us);
  const Money low = walk_of(exchange, "RIST").last() * 3 / 4;
  const OrderRecord order = exchange.submit(buy("RIST", 1, low)).value();
  CHECK(exchange.cancel(order.id).value().status == OrderStatus::cancelled);
  CHECK(exchange.cancel(order.id).error().kind == Refused::Kind::precondition);
  CHECK(exchange.cancel(order.id + 1).error().kind == Refused::Kind::unknown);
}

TEST_CASE("old orders are forgotten, open ones are not") {
  Exchange exchange(seed, start_us);
  const Money low = walk_of(exchange, "RIST").last() * 3 / 4;
  const std::uint64_t open_id = exchange.submit(buy("RIST", 1, low)).value().id;
  for (std::size_t count = 0; count < orders_kept_max; ++count) {
    REQUIRE(exchange.submit(count % 2 == 0 ? buy("CORT", 1) : sell("CORT", 1)).has_value());
  }
  CHECK(exchange.newest_orders(2 * orders_kept_max).size() == orders_kept_max);
  CHECK(exchange.cancel(open_id).has_value());
}

TEST_CASE("selling more than is held turns the position around") {
  Account account(0);
  account.trade("CORT", 10, 100);
  account.trade("CORT", 10, 200);
  CHECK(account.holdings().at("CORT").average_price() == 150);
  account.trade("CORT", -5, 300);
  CHECK(account.holdings().at("CORT").average_price() == 150);
  account.trade("CORT", -25, 120);
  CHECK(account.held("CORT") == -10);
  CHECK(account.holdings().at("CORT").average_price() == 120);
  account.trade("CORT", 10, 100);
  CHECK(account.holdings().empty());
  CHECK(account.cash() == -10 * 100 - 10 * 200 + 5 * 300 + 25 * 120 - 10 * 100);
}

TEST_CASE("each change of an order is remembered, in order, and for long enough") {
  Exchange exchange(seed, start_us);
  CHECK(exchange.change_count() == 0);
  CHECK(!exchange.change(0).has_value());
  const Money low = walk_of(exchange, "ARAB").last() * 99 / 100;
  const auto open = exchange.submit(buy("ARAB", 1, low));
  REQUIRE(open.has_value());
  REQUIRE(exchange.submit(buy("ARAB", 1)).has_value());
  wait_until_below(exchange, "ARAB", low);
  REQUIRE(exchange.change_count() == 3);
  CHECK(exchange.change(0)->status == OrderStatus::open);
  CHECK(exchange.change(1)->status == OrderStatus::filled);
  CHECK(exchange.change(2)->id == open->id);
  CHECK(exchange.change(2)->status == OrderStatus::filled);
  for (std::size_t i = 0; i < changes_kept_max; ++i) {
    REQUIRE(exchange.submit(i % 2 == 0 ? buy("ARAB", 1) : sell("ARAB", 1)).has_value());
  }
  CHECK(exchange.change_count() == changes_kept_max + 3);
  CHECK(!exchange.change(2).has_value());
  CHECK(exchange.change(3).has_value());
}

}  // namespace exchange
