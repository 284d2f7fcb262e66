// SPDX-License-Identifier: Apache-2.0
// What feed.capnp says, and nothing else.
#pragma once

#include <cstdint>

#include "feed.cortado.hpp"
#include "net/asio.hpp"

namespace probe {

class NumberFeed final : public FeedService {
 public:
  explicit NumberFeed(cortado::net::Executor executor);

  cortado::Task<void> count(cortado::Call& call, Feed::CountParams::Reader params,
                            cortado::Sink<Feed::CountResults>& numbers) override;
  cortado::Task<void> newest(cortado::Call& call, Feed::NewestParams::Reader params,
                             cortado::Sink<Feed::NewestResults>& numbers) override;
  cortado::Task<void> sum(cortado::Call& call, cortado::Source<Feed::SumParams>& numbers,
                          Feed::SumResults::Builder results) override;
  cortado::Task<void> chat(cortado::Call& call, cortado::Source<Feed::ChatParams>& numbers,
                           cortado::Sink<Feed::ChatResults>& answers) override;
  cortado::Task<void> state(cortado::Call& call, Feed::StateParams::Reader params,
                            Feed::StateResults::Builder results) override;
  cortado::Task<void> ask_page(cortado::Call& call, Feed::AskPageParams::Reader params,
                               Feed::AskPageResults::Builder results) override;

 private:
  class Running;

  cortado::net::Executor executor_;
  /// Never runs out; cancelled to wake those who wait for a change of running_.
  cortado::net::Timer running_changed_;
  std::uint32_t running_ = 0;
  std::uint64_t written_ = 0;
  std::uint64_t read_ = 0;
};

}  // namespace probe
