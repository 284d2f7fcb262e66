// SPDX-License-Identifier: Apache-2.0
#include "market_service.hpp"

#include <boost/asio/as_tuple.hpp>

#include <chrono>
#include <numeric>
#include <span>
#include <utility>

#include "net/use_task.hpp"
#include "rpc/error.hpp"
#include "rpc/error_details.hpp"

namespace market {
namespace {

using cortado::RpcError;
using cortado::StatusCode;
using exchange::OrderRecord;
using exchange::Refused;

static_assert(MONEY_SCALE == exchange::money_scale);

std::int64_t now_us() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

StatusCode status_of(Refused::Kind kind) {
  switch (kind) {
    case Refused::Kind::unknown: return StatusCode::not_found;
    case Refused::Kind::invalid: return StatusCode::invalid_argument;
    case Refused::Kind::precondition: return StatusCode::failed_precondition;
    case Refused::Kind::exhausted: return StatusCode::resource_exhausted;
  }
  std::unreachable();
}

capnp::Text::Reader text(std::string_view view) { return {view.data(), view.size()}; }

/// Beside the words for a person goes, typed, which field of the form is wrong.
[[noreturn]] void refuse(const Refused& refused) {
  cortado::Error error{status_of(refused.kind), refused.message, 0, {}};
  if (!refused.field.empty()) {
    error.details = cortado::error_details<Refusal>(
        [&](Refusal::Builder refusal) { refusal.setField(text(refused.field)); });
  }
  throw RpcError(std::move(error));
}

std::size_t find(const exchange::Exchange& exchange, capnp::Text::Reader symbol) {
  const std::string_view name(symbol.cStr(), symbol.size());
  if (const auto found = exchange.find(name)) return *found;
  throw RpcError(StatusCode::not_found, '"' + std::string(name) + "\" is not traded here.");
}

Sector sector_of(exchange::Sector sector) {
  switch (sector) {
    case exchange::Sector::beans: return Sector::BEANS;
    case exchange::Sector::dairy: return Sector::DAIRY;
    case exchange::Sector::equipment: return Sector::EQUIPMENT;
    case exchange::Sector::houses: return Sector::HOUSES;
  }
  std::unreachable();
}

void write(const OrderRecord& order, PlacedOrder::Builder out) {
  out.setId(order.id);
  out.setPlacedAt(order.placed_at_us);

  Order::Builder what = out.initOrder();
  what.setSymbol(text(exchange::instruments[order.instrument].symbol));
  what.setSide(order.side == exchange::Side::buy ? Side::BUY : Side::SELL);
  what.setQuantity(order.quantity);
  if (order.limit) {
    what.getPricing().setLimit(*order.limit);
  } else {
    what.getPricing().setMarket();
  }

  switch (order.status) {
    case exchange::OrderStatus::open: return out.getStatus().setOpen();
    case exchange::OrderStatus::cancelled: return out.getStatus().setCancelled();
    case exchange::OrderStatus::filled: {
      auto filled = out.getStatus().initFilled();
      filled.setPrice(order.filled_price);
      return filled.setAt(order.filled_at_us);
    }
  }
}

void write(const exchange::Exchange& exchange, std::size_t instrument, Quote::Builder quote) {
  const exchange::PriceWalk& walk = exchange.walk(instrument);
  quote.setSymbol(text(exchange::instruments[instrument].symbol));
  quote.setBid(walk.bid());
  quote.setAsk(walk.ask());
  quote.setLast(walk.last());
  quote.setOpen(walk.opening());
  quote.setVolume(walk.volume());
  quote.setTime(exchange.last_step_us());
}

}  // namespace

ExchangeService::ExchangeService(std::uint32_t seed,
                                 boost::asio::io_context::executor_type executor)
    : exchange_(seed, now_us()), step_(executor) {}

cortado::Task<void> ExchangeService::next_change() {
  const auto now = std::chrono::steady_clock::now();
  if (step_.expiry() <= now) {
    const std::int64_t left_us = exchange_.last_step_us() + exchange::step_us - now_us();
    step_.expires_at(now + std::chrono::microseconds(left_us));
  }
  co_await step_.async_wait(boost::asio::as_tuple(cortado::use_task));
}

exchange::Exchange& ExchangeService::current() {
  exchange_.advance(now_us());
  return exchange_;
}

cortado::Task<void> ExchangeService::instruments(cortado::Call&, Market::InstrumentsParams::Reader,
                                                 Market::InstrumentsResults::Builder results) {
  auto list = results.initInstruments(exchange::instruments.size());
  for (unsigned index = 0; index < list.size(); ++index) {
    const exchange::InstrumentInfo& info = exchange::instruments[index];
    list[index].setSymbol(text(info.symbol));
    list[index].setName(text(info.name));
    list[index].setSector(sector_of(info.sector));
  }
  co_return;
}

cortado::Task<void> ExchangeService::quote(cortado::Call&, Market::QuoteParams::Reader params,
                                           Market::QuoteResults::Builder results) {
  const exchange::Exchange& exchange = current();
  const std::size_t instrument = find(exchange, params.getSymbol());
  write(exchange, instrument, results.initQuote());
  co_return;
}

cortado::Task<void> ExchangeService::history(cortado::Call&, Market::HistoryParams::Reader params,
                                             Market::HistoryResults::Builder results) {
  const exchange::Exchange& exchange = current();
  const exchange::PriceWalk& walk = exchange.walk(find(exchange, params.getSymbol()));
  const std::vector<exchange::Money> prices = walk.history(params.getPoints());
  auto list = results.initPrices(static_cast<unsigned>(prices.size()));
  for (unsigned index = 0; index < list.size(); ++index) list.set(index, prices[index]);
  co_return;
}

cortado::Task<void> ExchangeService::submit(cortado::Call&, Market::SubmitParams::Reader params,
                                            Market::SubmitResults::Builder results) {
  const Order::Reader order = params.getOrder();
  const capnp::Text::Reader symbol = order.getSymbol();
  exchange::OrderRequest request{
      .symbol = {symbol.cStr(), symbol.size()},
      .side = order.getSide() == Side::SELL ? exchange::Side::sell : exchange::Side::buy,
      .quantity = order.getQuantity(),
      .limit = std::nullopt,
  };
  if (order.getPricing().isLimit()) request.limit = order.getPricing().getLimit();
  const auto placed = current().submit(request);
  if (!placed) refuse(placed.error());
  step_.cancel();
  write(*placed, results.initPlaced());
  co_return;
}

cortado::Task<void> ExchangeService::cancel(cortado::Call&, Market::CancelParams::Reader params,
                                            Market::CancelResults::Builder results) {
  const auto cancelled = current().cancel(params.getOrderId());
  if (!cancelled) refuse(cancelled.error());
  step_.cancel();
  write(*cancelled, results.initPlaced());
  co_return;
}

cortado::Task<void> ExchangeService::orders(cortado::Call&, Market::OrdersParams::Reader params,
                                            Market::OrdersResults::Builder results) {
  const std::vector<OrderRecord> newest = current().newest_orders(params.getNewest());
  auto list = results.initOrders(static_cast<unsigned>(newest.size()));
  for (unsigned index = 0; index < list.size(); ++index) write(newest[index], list[index]);
  co_return;
}

cortado::Task<void> ExchangeService::account(cortado::Call&, Market::AccountParams::Reader,
                                             Market::AccountResults::Builder results) {
  const exchange::Exchange& exchange = current();
  const auto& holdings = exchange.account().holdings();
  Account::Builder account = results.initAccount();
  account.setCash(exchange.account().cash());
  account.setValue(exchange.account_value());
  auto positions = account.initPositions(static_cast<unsigned>(holdings.size()));
  unsigned index = 0;
  for (const auto& [symbol, holding] : holdings) {
    const exchange::Money last = exchange.walk(*exchange.find(symbol)).last();
    Position::Builder position = positions[index++];
    position.setSymbol(text(symbol));
    position.setQuantity(holding.quantity);
    position.setAveragePrice(holding.average_price());
    position.setProfit(holding.quantity * last - holding.cost);
  }
  co_return;
}

cortado::Task<void> ExchangeService::watch(cortado::Call&, Market::WatchParams::Reader params,
                                           cortado::Sink<Quote>& quotes) {
  std::vector<std::size_t> watched;
  for (const auto symbol : params.getSymbols()) watched.push_back(find(exchange_, symbol));
  if (watched.empty()) {
    watched.resize(exchange::instruments.size());
    std::iota(watched.begin(), watched.end(), std::size_t{0});
  }
  std::int64_t seen_us = 0;
  while (true) {
    const exchange::Exchange& exchange = current();
    if (exchange.last_step_us() != seen_us) {
      seen_us = exchange.last_step_us();
      for (const std::size_t instrument : watched) {
        const bool taken = co_await quotes.write(
            [&](Quote::Builder quote) { write(exchange, instrument, quote); });
        if (!taken) co_return;
      }
    }
    co_await next_change();
  }
}

cortado::Task<void> ExchangeService::order_events(cortado::Call&, Market::OrderEventsParams::Reader,
                                                  cortado::Sink<PlacedOrder>& events) {
  std::uint64_t next = current().change_count();
  while (true) {
    for (; next < current().change_count(); ++next) {
      const std::optional<OrderRecord> order = exchange_.change(next);
      if (!order) throw RpcError(StatusCode::data_loss, "Too many orders have changed meanwhile.");
      const bool taken =
          co_await events.write([&](PlacedOrder::Builder event) { write(*order, event); });
      if (!taken) co_return;
    }
    co_await next_change();
  }
}

}  // namespace market
