// SPDX-License-Identifier: Apache-2.0
#include "feed_service.hpp"

#include <boost/asio/as_tuple.hpp>

#include <chrono>
#include <string>

#include "net/use_task.hpp"
#include "rpc/error.hpp"

namespace probe {
namespace {

using cortado::net::Clock;
using std::chrono::milliseconds;

constexpr std::uint64_t key_count = 10;

}  // namespace

/// Lives as long as a call that streams.
class NumberFeed::Running {
 public:
  explicit Running(NumberFeed& feed) : feed_(feed) { change(1); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { change(-1); }

 private:
  void change(int by) {
    feed_.running_ += static_cast<std::uint32_t>(by);
    feed_.running_changed_.cancel();
  }
  NumberFeed& feed_;
};

NumberFeed::NumberFeed(cortado::net::Executor executor)
    : executor_(executor), running_changed_(executor, Clock::time_point::max()) {}

cortado::Task<void> NumberFeed::count(cortado::Call&, Feed::CountParams::Reader params,
                                      cortado::Sink<Feed::CountResults>& numbers) {
  const Running running(*this);
  cortado::net::Timer timer(executor_);
  for (std::uint64_t value = params.getFrom(); value < params.getTo(); ++value) {
    if (params.getIntervalMs() > 0) {
      timer.expires_after(milliseconds(params.getIntervalMs()));
      co_await timer.async_wait(cortado::use_task);
    }
    const bool is_taken = co_await numbers.write([&](Feed::CountResults::Builder item) {
      item.setValue(value);
      item.initPadding(params.getPaddingSize());
    });
    if (!is_taken) co_return;
    ++written_;
  }
}

cortado::Task<void> NumberFeed::newest(cortado::Call&, Feed::NewestParams::Reader params,
                                       cortado::Sink<Feed::NewestResults>& numbers) {
  const Running running(*this);
  for (std::uint64_t value = 0; value < params.getTo(); ++value) {
    const bool is_taken = co_await numbers.write([&](Feed::NewestResults::Builder item) {
      item.setKey(std::to_string(value % key_count));
      item.setValue(value);
    });
    if (!is_taken) co_return;
    ++written_;
  }
}

cortado::Task<void> NumberFeed::sum(cortado::Call&, cortado::Source<Feed::SumParams>& numbers,
                                    Feed::SumResults::Builder results) {
  const Running running(*this);
  while (auto number = co_await numbers.next()) {
    ++read_;
    results.setSum(results.getSum() + number->getValue());
    results.setItems(results.getItems() + 1);
  }
}

cortado::Task<void> NumberFeed::chat(cortado::Call&, cortado::Source<Feed::ChatParams>& numbers,
                                     cortado::Sink<Feed::ChatResults>& answers) {
  const Running running(*this);
  while (auto number = co_await numbers.next()) {
    ++read_;
    const bool is_taken = co_await answers.write([&](Feed::ChatResults::Builder answer) {
      answer.setValue(number->getValue());
      answer.setDoubled(2 * number->getValue());
    });
    if (!is_taken) co_return;
    ++written_;
  }
}

cortado::Task<void> NumberFeed::state(cortado::Call&, Feed::StateParams::Reader params,
                                      Feed::StateResults::Builder results) {
  while (running_ != params.getRunning()) {
    co_await running_changed_.async_wait(boost::asio::as_tuple(cortado::use_task));
  }
  results.setRunning(running_);
  results.setWritten(written_);
  results.setRead(read_);
}

cortado::Task<void> NumberFeed::ask_page(cortado::Call& call, Feed::AskPageParams::Reader params,
                                         Feed::AskPageResults::Builder results) {
  const Running running(*this);
  const PageClient page(call.caller_channel());
  auto numbers = page.count([&](auto count) { count.setTo(params.getTo()); }, {.parent = &call});
  std::uint64_t sum = 0;
  while (auto number = co_await numbers.next()) {
    auto added = co_await page.add(
        [&](auto add) {
          add.setLeft(sum);
          add.setRight(number->getValue());
        },
        {.parent = &call});
    if (!added) throw cortado::RpcError(added.error());
    sum = (*added)->getSum();
  }
  if (const auto& error = numbers.error()) throw cortado::RpcError(*error);
  results.setSum(sum);
}

}  // namespace probe
