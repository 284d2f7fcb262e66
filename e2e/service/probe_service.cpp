// SPDX-License-Identifier: Apache-2.0
#include "probe_service.hpp"

#include <boost/asio/as_tuple.hpp>

#include <chrono>
#include <numeric>
#include <stdexcept>
#include <string>

#include "net/use_task.hpp"
#include "rpc/error.hpp"
#include "rpc/error_details.hpp"

namespace probe {
namespace {

using cortado::net::Clock;
using std::chrono::milliseconds;

constexpr unsigned produced_period = 251;

}  // namespace

/// Lives as long as a call of wait or never.
class TestService::JournalEntry {
 public:
  explicit JournalEntry(TestService& service) : service_(service) {
    ++service_.started_;
    service_.journal_changed_.cancel();
  }
  JournalEntry(const JournalEntry&) = delete;
  JournalEntry& operator=(const JournalEntry&) = delete;
  ~JournalEntry() {
    ++(finished_ ? service_.finished_ : service_.stopped_);
    service_.journal_changed_.cancel();
  }
  void finish() { finished_ = true; }

 private:
  TestService& service_;
  bool finished_ = false;
};

TestService::TestService(cortado::net::Executor executor)
    : executor_(executor), journal_changed_(executor, Clock::time_point::max()) {}

cortado::Task<void> TestService::echo(cortado::Call&, Probe::EchoParams::Reader params,
                                      Probe::EchoResults::Builder results) {
  results.setValue(params.getValue());
  co_return;
}

cortado::Task<void> TestService::digest(cortado::Call&, Probe::DigestParams::Reader params,
                                        Probe::DigestResults::Builder results) {
  const capnp::Data::Reader data = params.getData();
  results.setSize(static_cast<std::uint32_t>(data.size()));
  results.setSum(std::accumulate(data.begin(), data.end(), std::uint32_t{0}));
  co_return;
}

cortado::Task<void> TestService::produce(cortado::Call&, Probe::ProduceParams::Reader params,
                                         Probe::ProduceResults::Builder results) {
  unsigned index = 0;
  for (std::uint8_t& byte : results.initData(params.getSize())) {
    byte = static_cast<std::uint8_t>(index++ % produced_period);
  }
  co_return;
}

cortado::Task<void> TestService::pause(Clock::duration duration) {
  JournalEntry entry(*this);
  cortado::net::Timer timer(executor_, duration);
  co_await timer.async_wait(cortado::use_task);
  entry.finish();
}

cortado::Task<void> TestService::wait(cortado::Call&, Probe::WaitParams::Reader params,
                                      Probe::WaitResults::Builder) {
  return pause(milliseconds(params.getMs()));
}

cortado::Task<void> TestService::hurried(cortado::Call&, Probe::HurriedParams::Reader params,
                                         Probe::HurriedResults::Builder) {
  return pause(milliseconds(params.getMs()));
}

cortado::Task<void> TestService::linger(cortado::Call&, Probe::LingerParams::Reader params,
                                        Probe::LingerResults::Builder results) {
  results.setRuns(started_ + 1);
  return pause(milliseconds(params.getMs()));
}

cortado::Task<void> TestService::never(cortado::Call&, Probe::NeverParams::Reader,
                                       Probe::NeverResults::Builder) {
  return pause(std::chrono::hours(1));
}

cortado::Task<void> TestService::fail(cortado::Call& call, Probe::FailParams::Reader params,
                                      Probe::FailResults::Builder) {
  cortado::Error error{.code = static_cast<cortado::StatusCode>(params.getCode()),
                       .message = params.getMessage().cStr(),
                       .retry_after_ms = 0,
                       .details = {}};
  if (params.hasHint()) {
    error.details = cortado::error_details<Reason>(
        [&](Reason::Builder reason) { reason.setHint(params.getHint()); });
  }
  call.fail(std::move(error));
  co_return;
}

cortado::Task<void> TestService::break_(cortado::Call&, Probe::BreakParams::Reader,
                                        Probe::BreakResults::Builder) {
  throw std::runtime_error("secret: the database is at 10.0.0.7");
  co_return;
}

cortado::Task<void> TestService::count(cortado::Call&, Probe::CountParams::Reader,
                                       Probe::CountResults::Builder results) {
  results.setCalls(++counted_);
  co_return;
}

cortado::Task<void> TestService::journal(cortado::Call&, Probe::JournalParams::Reader params,
                                         Probe::JournalResults::Builder results) {
  while (started_ < params.getStarted() || stopped_ < params.getStopped()) {
    co_await journal_changed_.async_wait(boost::asio::as_tuple(cortado::use_task));
  }
  Journal::Builder journal = results.initJournal();
  journal.setStarted(started_);
  journal.setFinished(finished_);
  journal.setStopped(stopped_);
}

cortado::Task<void> TestService::headline(cortado::Call&, Probe::HeadlineParams::Reader params,
                                          Probe::HeadlineResults::Builder results) {
  results.setText("All about " + std::string(params.getTopic().cStr()));
  co_return;
}

}  // namespace probe
