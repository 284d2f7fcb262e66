// SPDX-License-Identifier: Apache-2.0
// What probe.capnp says, and nothing else.
#pragma once

#include <boost/asio/steady_timer.hpp>

#include <cstdint>

#include "net/asio.hpp"
#include "probe.cortado.hpp"

namespace probe {

class TestService final : public ProbeService {
 public:
  explicit TestService(cortado::net::Executor executor);

  cortado::Task<void> echo(cortado::Call& call, Probe::EchoParams::Reader params,
                           Probe::EchoResults::Builder results) override;
  cortado::Task<void> digest(cortado::Call& call, Probe::DigestParams::Reader params,
                             Probe::DigestResults::Builder results) override;
  cortado::Task<void> produce(cortado::Call& call, Probe::ProduceParams::Reader params,
                              Probe::ProduceResults::Builder results) override;
  cortado::Task<void> wait(cortado::Call& call, Probe::WaitParams::Reader params,
                           Probe::WaitResults::Builder results) override;
  cortado::Task<void> linger(cortado::Call& call, Probe::LingerParams::Reader params,
                             Probe::LingerResults::Builder results) override;
  cortado::Task<void> never(cortado::Call& call, Probe::NeverParams::Reader params,
                            Probe::NeverResults::Builder results) override;
  cortado::Task<void> fail(cortado::Call& call, Probe::FailParams::Reader params,
                           Probe::FailResults::Builder results) override;
  cortado::Task<void> break_(cortado::Call& call, Probe::BreakParams::Reader params,
                             Probe::BreakResults::Builder results) override;
  cortado::Task<void> count(cortado::Call& call, Probe::CountParams::Reader params,
                            Probe::CountResults::Builder results) override;
  cortado::Task<void> journal(cortado::Call& call, Probe::JournalParams::Reader params,
                              Probe::JournalResults::Builder results) override;
  cortado::Task<void> headline(cortado::Call& call, Probe::HeadlineParams::Reader params,
                               Probe::HeadlineResults::Builder results) override;
  cortado::Task<void> hurried(cortado::Call& call, Probe::HurriedParams::Reader params,
                              Probe::HurriedResults::Builder results) override;

 private:
  class JournalEntry;

  /// Waits so long, or for ever, and writes down how that ended.
  cortado::Task<void> pause(cortado::net::Clock::duration duration);

  cortado::net::Executor executor_;
  /// Never runs out; cancelled to wake those who wait for a change of the journal.
  cortado::net::Timer journal_changed_;
  std::uint32_t started_ = 0;
  std::uint32_t finished_ = 0;
  std::uint32_t stopped_ = 0;
  std::uint64_t counted_ = 0;
};

}  // namespace probe
