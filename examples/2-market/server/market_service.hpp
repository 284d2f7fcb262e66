// SPDX-License-Identifier: Apache-2.0
// The exchange as the schema describes it: reads params, writes results, turns a refusal into a
// status. Knows neither sockets nor carriers.
#pragma once

#include "exchange.hpp"
#include "market.cortado.hpp"

namespace market {

class ExchangeService final : public MarketService {
 public:
  explicit ExchangeService(std::uint32_t seed);

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

 private:
  /// The exchange, up to date.
  [[nodiscard]] exchange::Exchange& current();

  exchange::Exchange exchange_;
};

}  // namespace market
