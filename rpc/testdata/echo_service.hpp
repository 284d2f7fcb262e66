// SPDX-License-Identifier: Apache-2.0
// The service of this room's tests, with client and dispatch as the generator would write them, but
// by hand. Test code only.
#pragma once

#include <kj/debug.h>

#include <array>
#include <coroutine>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/channel.hpp"
#include "rpc/service.hpp"
#include "rpc/testdata/echo.capnp.h"

namespace cortado::test {

constexpr std::uint64_t echo_id = 0xb7d2c94e8a15f306;

class EchoClient {
 public:
  explicit EchoClient(Channel& channel) : channel_(&channel) {}

  Task<Result<Response<Echo::EchoResults>>> echo(std::string text, std::size_t padding = 0,
                                                 CallOptions options = {}) const {
    return call_method<Echo::EchoParams, Echo::EchoResults>(
        *channel_, {echo_id, 0, true, 0},
        [text = std::move(text), padding](Echo::EchoParams::Builder params) {
          params.setText(text);
          params.initPadding(static_cast<unsigned>(padding));
        },
        options);
  }
  Task<Result<Response<Echo::LaterResults>>> later(std::string text,
                                                   CallOptions options = {}) const {
    return call_method<Echo::LaterParams, Echo::LaterResults>(
        *channel_, {echo_id, 1, false, /*deadline_ms=*/5000},
        [text = std::move(text)](Echo::LaterParams::Builder params) { params.setText(text); },
        options);
  }
  Task<Result<Response<Echo::RelayResults>>> relay(std::string text,
                                                   CallOptions options = {}) const {
    return call_method<Echo::RelayParams, Echo::RelayResults>(
        *channel_, {echo_id, 2, false, 0},
        [text = std::move(text)](Echo::RelayParams::Builder params) { params.setText(text); },
        options);
  }
  template <class Fill>
  Task<Result<Response<Echo::SumResults>>> sum(Fill fill) const {
    return call_method<Echo::SumParams, Echo::SumResults>(*channel_, {echo_id, 3, false, 0}, fill,
                                                          {});
  }
  Task<Result<Response<Echo::FailResults>>> fail(std::string how) const {
    return call_method<Echo::FailParams, Echo::FailResults>(
        *channel_, {echo_id, 4, false, 0},
        [how = std::move(how)](Echo::FailParams::Builder params) { params.setHow(how); }, {});
  }

 private:
  Channel* channel_;
};

/// Something a handler waits for until the test opens it.
class Gate {
 public:
  struct Awaiter {
    Gate& gate;
    std::coroutine_handle<> waiting{};
    explicit Awaiter(Gate& opened_by) : gate(opened_by) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() { std::erase(gate.waiting_, waiting); }

    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> handle) {
      waiting = handle;
      gate.waiting_.push_back(handle);
    }
    void await_resume() { waiting = {}; }
  };
  Awaiter operator co_await() { return Awaiter(*this); }

  /// Resumes all who wait.
  void open() {
    while (!waiting_.empty()) {
      const std::coroutine_handle<> handle = waiting_.front();
      waiting_.erase(waiting_.begin());
      handle.resume();
    }
  }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  std::vector<std::coroutine_handle<>> waiting_;
};

class EchoService final : public Service {
 public:
  [[nodiscard]] const ServiceInfo& info() const override {
    static constexpr std::array<MethodInfo, 5> methods{
        MethodInfo{.ordinal = 0, .name = "echo"}, MethodInfo{.ordinal = 1, .name = "later"},
        MethodInfo{.ordinal = 2, .name = "relay"}, MethodInfo{.ordinal = 3, .name = "sum"},
        MethodInfo{.ordinal = 4, .name = "fail"}};
    static constexpr ServiceInfo info{echo_id, "Echo", methods};
    return info;
  }

  Task<void> dispatch(std::uint16_t ordinal, Call& call, capnp::AnyPointer::Reader params,
                      capnp::AnyPointer::Builder results) override {
    ++runs;
    last_timeout_ms = call.timeout_ms();
    last_trace = call.trace();
    switch (ordinal) {
      case 0: return echo(params.getAs<Echo::EchoParams>(), results.initAs<Echo::EchoResults>());
      case 1:
        return later(call, params.getAs<Echo::LaterParams>(), results.initAs<Echo::LaterResults>());
      case 2:
        return relay(call, params.getAs<Echo::RelayParams>(), results.initAs<Echo::RelayResults>());
      case 3: return sum(params.getAs<Echo::SumParams>(), results.initAs<Echo::SumResults>());
      case 4: return fail(call, params.getAs<Echo::FailParams>());
      default: throw RpcError(StatusCode::unimplemented, "no such method");
    }
  }

  int runs = 0;  // of handlers
  Gate gate;
  std::vector<std::string> destroyed;  // the texts of later() whose handlers are gone
  std::uint32_t last_timeout_ms = 0;
  wire::TraceContext last_trace{};
  bool relay_waits = false;            // for the gate, before it calls
  std::uint32_t relay_timeout_ms = 0;  // of its call
  std::size_t results_padding = 0;     // bytes that echo() adds

 private:
  /// Notes when it is destroyed.
  struct Trace {
    EchoService& service;
    std::string text;
    ~Trace() { service.destroyed.push_back(text); }
  };

  Task<void> echo(Echo::EchoParams::Reader params, Echo::EchoResults::Builder results) {
    results.setText(params.getText());
    results.initPadding(static_cast<unsigned>(params.getPadding().size() + results_padding));
    co_return;
  }

  Task<void> later(Call&, Echo::LaterParams::Reader params, Echo::LaterResults::Builder results) {
    const Trace trace{*this, std::string(params.getText().cStr())};
    co_await gate;
    // Still there, though the message it came in is not.
    results.setText(params.getText());
  }

  Task<void> relay(Call& call, Echo::RelayParams::Reader params,
                   Echo::RelayResults::Builder results) {
    const EchoClient client(call.caller_channel());
    if (relay_waits) co_await gate;
    const auto answer = co_await client.echo(params.getText().cStr(), 0,
                                             {.timeout_ms = relay_timeout_ms, .parent = &call});
    if (!answer) throw RpcError(answer.error());
    results.setText("relayed " + std::string((*answer)->getText().cStr()));
  }

  static std::int64_t sum_of(Tree::Reader tree) {
    std::int64_t sum = tree.getValue();
    for (const Tree::Reader child : tree.getChildren()) sum += sum_of(child);
    return sum;
  }
  Task<void> sum(Echo::SumParams::Reader params, Echo::SumResults::Builder results) {
    results.setSum(sum_of(params.getTree()));
    co_return;
  }

  Task<void> fail(Call& call, Echo::FailParams::Reader params) {
    const std::string_view how = params.getHow().cStr();
    if (how == "rpc") throw RpcError(Error{StatusCode::not_found, "not here", 250, {}});
    if (how == "later") {
      co_await gate;
      throw RpcError(StatusCode::aborted, "in the end");
    }
    if (how == "call") co_return call.fail(StatusCode::out_of_range, "too far");
    if (how == "std") throw std::runtime_error("the password is swordfish");
    if (how == "kj") KJ_FAIL_REQUIRE("a secret too");
    if (how == "int") throw 42;
    if (how == "ok") throw RpcError(StatusCode::ok, "all is well?");
  }
};

}  // namespace cortado::test
