// SPDX-License-Identifier: Apache-2.0
#include "server/json_call.hpp"

#include <chrono>
#include <utility>

#include "rpc/handler_outcome.hpp"

namespace cortado::server {
namespace {

template <std::size_t size>
kj::ArrayPtr<capnp::word> segment(std::array<capnp::word, size>& scratch) {
  return {scratch.data(), scratch.size()};
}

std::uint64_t deadline_of(const wire::RequestHeader& header, const MethodInfo& method) {
  const std::uint32_t timeout_ms = header.timeout_ms != 0 ? header.timeout_ms : method.deadline_ms;
  return timeout_ms != 0 ? net::now_ms() + timeout_ms : JsonCall::no_deadline;
}

}  // namespace

JsonCall::JsonCall(Worker& worker, Owner& owner, const Method& method,
                   const wire::RequestHeader& header, const CallerInfo& caller, StreamCall* stream)
    : worker_(worker),
      owner_(owner),
      method_(method),
      deadline_ms_(deadline_of(header, *method.info)),
      call_(header, caller, deadline_ms_, stream),
      params_(segment(params_scratch_)),
      results_(segment(results_scratch_)) {}

JsonCall::~JsonCall() {
  // Given up: the client is gone.
  if (waiting_ && !finished_) stop({StatusCode::cancelled, "the client is gone"});
}

bool JsonCall::start(const boost::json::value& params) {
  const Result<void> read =
      method_.codec->params_from_json(params, params_.getRoot<capnp::AnyPointer>());
  if (!read) {
    error_ = read.error();
    finish();
    return true;
  }
  task_ = run();
  task_.start();
  if (finished_) return true;
  waiting_ = true;
  ++worker_.metrics.json_calls_in_flight;
  return false;
}

Task<void> JsonCall::run() {
  HandlerOutcome outcome;
  try {
    co_await method_.service->dispatch(method_.info->ordinal, call_,
                                       params_.getRoot<capnp::AnyPointer>().asReader(),
                                       results_.getRoot<capnp::AnyPointer>());
    outcome.error = call_.failure();
  } catch (...) {
    outcome = outcome_of_exception();
  }
  if (!outcome.unexpected.empty()) {
    worker_.site.log.write(LogLevel::error, "handler_failed",
                           {{"service", std::string(method_.service_info->name)},
                            {"method", std::string(method_.info->name)},
                            {"what", std::move(outcome.unexpected)}});
  }
  error_ = std::move(outcome.error);
  // A handler that fails with ok is wrong; that there was an error is all that is known.
  if (error_ && error_->code == StatusCode::ok) error_->code = StatusCode::unknown;
  finish();
  if (waiting_) owner_.call_finished();
}

void JsonCall::stop(Error error) {
  task_.reset();
  error_ = std::move(error);
  finish();
}

void JsonCall::finish() {
  finished_ = true;
  if (waiting_) --worker_.metrics.json_calls_in_flight;
  const auto duration = net::Clock::now() - started_;
  worker_.metrics.call_finished(
      method_.service_info->name, method_.info->name, error_ ? error_->code : StatusCode::ok,
      static_cast<std::uint64_t>(
          std::chrono::duration_cast<std::chrono::microseconds>(duration).count()));
}

void JsonCall::append_results(std::string& out) {
  method_.codec->results_to_json(results_.getRoot<capnp::AnyPointer>().asReader(), out);
}

}  // namespace cortado::server
