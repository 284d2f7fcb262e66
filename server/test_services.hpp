// SPDX-License-Identifier: Apache-2.0
// The services of the tests of server/ and client-native/: their handlers note what they do, so that
// it can be watched from outside.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cortado/server.hpp>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>

#include "testing.cortado.hpp"

namespace cortado::testing {

namespace asio = boost::asio;

/// Counts events of the server's thread; the test's thread waits for them.
class Events {
 public:
  void note(const std::string& name) {
    const std::lock_guard lock(mutex_);
    ++counts_[name];
    changed_.notify_all();
  }
  /// Until the event has happened `count` times in all.
  void wait_for(const std::string& name, int count = 1) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return counts_[name] >= count; });
  }
  int count(const std::string& name) {
    const std::lock_guard lock(mutex_);
    return counts_[name];
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, int> counts_;
};

class ArithmeticHandlers final : public ArithmeticService {
 public:
  explicit ArithmeticHandlers(Events& events) : events_(events) {}

  Task<void> subtract(Call&, Arithmetic::SubtractParams::Reader params,
                      Arithmetic::SubtractResults::Builder results) override {
    results.setDifference(params.getMinuend() - params.getSubtrahend());
    co_return;
  }
  Task<void> sum(Call&, Arithmetic::SumParams::Reader params,
                 Arithmetic::SumResults::Builder results) override {
    results.setTotal(std::int64_t{params.getA()} + params.getB() + params.getC());
    co_return;
  }
  Task<void> update(Call&, Arithmetic::UpdateParams::Reader,
                    Arithmetic::UpdateResults::Builder) override {
    events_.note("update");
    co_return;
  }
  Task<void> get_data(Call&, Arithmetic::GetDataParams::Reader,
                      Arithmetic::GetDataResults::Builder results) override {
    results.setText("hello");
    results.setNumber(5);
    co_return;
  }

 private:
  Events& events_;
};

/// Notes "<name> started", and "<name> over" at its end, however that comes.
class Span {
 public:
  Span(Events& events, std::string name) : events_(events), name_(std::move(name)) {
    events_.note(name_ + " started");
  }
  Span(const Span&) = delete;
  Span& operator=(const Span&) = delete;
  ~Span() { events_.note(name_ + " over"); }

 private:
  Events& events_;
  std::string name_;
};

/// Handlers that wait note when they start and end.
class ProbeHandlers final : public ProbeService {
 public:
  using Executor = asio::io_context::executor_type;
  ProbeHandlers(Executor executor, Events& events)
      : executor_(executor),
        events_(events),
        released_(executor, std::chrono::steady_clock::time_point::max()) {}

  Task<void> echo(Call&, Probe::EchoParams::Reader params,
                  Probe::EchoResults::Builder results) override {
    results.setText(params.getText());
    results.setData(params.getData());
    results.setNumber(params.getNumber());
    co_return;
  }
  Task<void> later(Call&, Probe::LaterParams::Reader params,
                   Probe::LaterResults::Builder results) override {
    const Span span(events_, "later");
    asio::steady_timer timer(executor_, std::chrono::milliseconds(params.getMs()));
    co_await timer.async_wait(use_task);
    results.setText(params.getText());
  }
  Task<void> forever(Call&, Probe::ForeverParams::Reader, Probe::ForeverResults::Builder) override {
    return wait_until_stopped("forever");
  }
  Task<void> impatient(Call&, Probe::ImpatientParams::Reader,
                       Probe::ImpatientResults::Builder) override {
    return wait_until_stopped("impatient");
  }
  Task<void> fail(Call&, Probe::FailParams::Reader params, Probe::FailResults::Builder) override {
    Error error{static_cast<StatusCode>(params.getCode()),
                params.getMessage().cStr(),
                params.getRetryAfterMs(),
                {}};
    if (params.getCode() == 5) error.details.assign(16, std::byte{7});
    throw RpcError(std::move(error));
    co_return;
  }
  Task<void> crash(Call&, Probe::CrashParams::Reader, Probe::CrashResults::Builder) override {
    throw std::runtime_error("the secret of the handler");
    co_return;
  }
  Task<void> caller(Call& call, Probe::CallerParams::Reader,
                    Probe::CallerResults::Builder results) override {
    results.setTimeoutMs(call.timeout_ms());
    const auto bytes = [](std::span<const std::byte> span) {
      return capnp::Data::Reader(reinterpret_cast<const kj::byte*>(span.data()), span.size());
    };
    results.setTraceId(bytes(call.trace().trace_id));
    results.setSpanId(bytes(call.trace().span_id));
    results.setFlags(call.trace().flags);
    const std::string carrier(call.caller().carrier);
    results.setCarrier(carrier.c_str());
    results.setHasAddress(call.caller().address.starts_with("127.0.0.1:"));
    co_return;
  }
  Task<void> price(Call&, Probe::PriceParams::Reader,
                   Probe::PriceResults::Builder results) override {
    results.setPrice(price_cents / 100.0);
    co_return;
  }
  Task<void> balance(Call&, Probe::BalanceParams::Reader,
                     Probe::BalanceResults::Builder results) override {
    results.setCents(42);
    co_return;
  }
  Task<void> release(Call&, Probe::ReleaseParams::Reader, Probe::ReleaseResults::Builder) override {
    released_.cancel();
    co_return;
  }
  Task<void> hold(Call&, Probe::HoldParams::Reader params,
                  Probe::HoldResults::Builder results) override {
    const Span span(events_, "hold");
    co_await released_.async_wait(asio::as_tuple(use_task));
    results.setText(params.getText());
  }

  Task<void> follow(Call& call, Probe::FollowParams::Reader params,
                    Probe::FollowResults::Builder) override {
    const Result<void> subscribed = call.subscribe(std::string_view(params.getTopic()));
    if (!subscribed) throw RpcError(subscribed.error());
    co_return;
  }
  Task<void> unfollow(Call& call, Probe::UnfollowParams::Reader params,
                      Probe::UnfollowResults::Builder) override {
    call.unsubscribe(std::string_view(params.getTopic()));
    co_return;
  }

  std::atomic<int> price_cents{1250};

 private:
  Task<void> wait_until_stopped(std::string name) {
    const Span span(events_, std::move(name));
    asio::steady_timer timer(executor_, std::chrono::steady_clock::time_point::max());
    co_await timer.async_wait(use_task);
  }

  Executor executor_;
  Events& events_;
  asio::steady_timer released_;
};

/// Handlers of streams; they note when they start and end, and "<name> blocked" when they wait for
/// their reader.
class FlowHandlers final : public FlowService {
 public:
  using Executor = asio::io_context::executor_type;
  FlowHandlers(Executor executor, Events& events) : executor_(executor), events_(events) {}

  Task<void> count(Call&, Flow::CountParams::Reader params,
                   Sink<Flow::CountResults>& items) override {
    const Span span(events_, "count");
    const std::uint32_t padding = params.getPadding();
    const std::uint32_t to = params.getTo();
    for (std::uint32_t value = params.getFrom(); to == 0 || value < to; ++value) {
      const auto fill = [value, padding](Flow::CountResults::Builder item) {
        item.setValue(value);
        item.initPadding(padding);
      };
      const Sent sent = items.try_write(fill);
      if (sent == Sent::blocked) {
        events_.note("count blocked");
        if (!co_await items.write(fill)) co_return;
      } else if (sent != Sent::yes) {
        co_return;
      }
      ++written;
    }
  }
  Task<void> newest(Call&, Flow::NewestParams::Reader params,
                    Sink<Flow::NewestResults>& items) override {
    const Span span(events_, "newest");
    for (std::uint32_t value = 0; value < params.getTo(); ++value) {
      const bool taken = co_await items.write([&](Flow::NewestResults::Builder item) {
        item.setKey(std::to_string(value % 10));
        item.setValue(value);
        item.initPadding(params.getPadding());
      });
      if (!taken) co_return;
      ++written;
    }
    events_.note("newest written");
  }
  Task<void> total(Call&, Source<Flow::TotalParams>& items,
                   Flow::TotalResults::Builder results) override {
    const Span span(events_, "total");
    while (auto item = co_await items.next()) {
      results.setSum(results.getSum() + item->getValue());
      events_.note("total item");
    }
  }
  Task<void> chat(Call&, Source<Flow::ChatParams>& items, Sink<Flow::ChatResults>& out) override {
    const Span span(events_, "chat");
    while (auto item = co_await items.next()) {
      const std::string text = "[" + std::string(item->getText().cStr()) + "]";
      const bool taken = co_await out.write(
          [&](Flow::ChatResults::Builder answer) { answer.setText(text.c_str()); });
      if (!taken) co_return;
    }
  }
  Task<void> break_(Call&, Flow::BreakParams::Reader params,
                    Sink<Flow::BreakResults>& items) override {
    for (std::uint32_t value = 0; value < params.getAfter(); ++value) {
      co_await items.write([&](Flow::BreakResults::Builder item) { item.setValue(value); });
    }
    throw RpcError(StatusCode::aborted, "no further");
  }

  Task<void> silence(Call&, Flow::SilenceParams::Reader, Sink<Flow::SilenceResults>&) override {
    const Span span(events_, "silence");
    asio::steady_timer timer(executor_, std::chrono::steady_clock::time_point::max());
    co_await timer.async_wait(use_task);
  }

  std::atomic<std::uint32_t> written{0};

 private:
  Executor executor_;
  Events& events_;
};

}  // namespace cortado::testing
