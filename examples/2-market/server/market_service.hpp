// SPDX-License-Identifier: Apache-2.0
// The exchange as the schema describes it: reads params, writes results, turns a refusal into a
// status, tells who watches. Knows neither sockets nor carriers.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "exchange.hpp"
#include "market.cortado.hpp"

namespace market {

class ExchangeService final : public MarketService {
 public:
  /// `executor`: the server's.
  ExchangeService(std::uint32_t seed, boost::asio::io_context::executor_type executor);

  cortado::Task<void> instruments(cortado::Call& call, Market::InstrumentsParams::Reader params,
                                  Market::InstrumentsResults::Builder results) override;
  cortado::Task<void> quote(cortado::Call& call, Market::QuoteParams::Reader params,
                            Market::QuoteResults::Builder results) override;
  cortado::Task<void> history(cortado::Call& call, Market::HistoryParams::Reader params,
                              Market::HistoryResults::Builder results) override;
  cortado::Task<void> submit(cortado::Call& call, Market::SubmitParams::Reader params,
                             Market::SubmitResults::Builder results) override;
  cortado::Task<void> cancel(cortado::Call& call, Market::CancelParams::Reader params,
                             Market::CancelResults::Builder results) override;
  cortado::Task<void> orders(cortado::Call& call, Market::OrdersParams::Reader params,
                             Market::OrdersResults::Builder results) override;
  cortado::Task<void> account(cortado::Call& call, Market::AccountParams::Reader params,
                              Market::AccountResults::Builder results) override;
  cortado::Task<void> watch(cortado::Call& call, Market::WatchParams::Reader params,
                            cortado::Sink<Quote>& quotes) override;
  cortado::Task<void> order_events(cortado::Call& call, Market::OrderEventsParams::Reader params,
                                   cortado::Sink<PlacedOrder>& events) override;

 private:
  /// The exchange, up to date.
  [[nodiscard]] exchange::Exchange& current();
  /// Until the market makes a step, or an order changes.
  [[nodiscard]] cortado::Task<void> next_change();

  exchange::Exchange exchange_;
  boost::asio::steady_timer step_;  // expires at the next step; cancelled when an order changes
};

}  // namespace market
