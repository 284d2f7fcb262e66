// SPDX-License-Identifier: Apache-2.0
#include "server/json_call.hpp"

#include <boost/asio/post.hpp>

#include <chrono>
#include <utility>

#include "net/use_task.hpp"
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

bool JsonCall::start(const boost::json::value& params, std::span<const std::byte> key) {
  const Result<void> read =
      method_.codec->params_from_json(params, params_.getRoot<capnp::AnyPointer>());
  if (!read) {
    error_ = read.error();
    finish();
    return true;
  }
  if (!key.empty() && !ask(key)) {
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

bool JsonCall::ask(std::span<const std::byte> key) {
  AnswerMemory* const answers = worker_.answers_if_any();
  if (answers == nullptr) return true;
  const AnswerKey whole{.interface_id = method_.service_info->interface_id,
                        .method = method_.info->ordinal,
                        .key = key,
                        .params = answers->digest(params_.getSegmentsForOutput()),
                        .is_json = true};
  switch (keyed_.ask(*answers, whole, net::now_ms())) {
    case Asked::runs:
    case Asked::joined: return true;
    case Asked::answered:
      take(*keyed_.answer());
      error_ = call_.failure();
      return false;
    case Asked::refused: error_ = key_refusal(); return false;
  }
  std::unreachable();
}

void JsonCall::take(const Answer& answer) {
  if (answer.error() != nullptr) {
    call_.fail(*answer.error());
  } else {
    answer.copy_results(results_.getRoot<capnp::AnyPointer>());
  }
}

Task<void> JsonCall::dispatch() {
  if (keyed_.has_joined()) {
    co_await keyed_.wait();
    if (const Answer* const answer = keyed_.answer()) co_return take(*answer);
    // It is this one's turn, said from inside of what was stopped.
    co_await boost::asio::post(worker_.executor, use_task);
  }
  co_await method_.service->dispatch(method_.info->ordinal, call_,
                                     params_.getRoot<capnp::AnyPointer>().asReader(),
                                     results_.getRoot<capnp::AnyPointer>());
}

Task<void> JsonCall::run() {
  HandlerOutcome outcome;
  try {
    co_await dispatch();
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
  if (keyed_.runs()) {
    // Nobody acknowledges it: it is remembered for its time.
    const std::uint64_t now_ms = net::now_ms();
    error_ ? keyed_.remember(*error_, now_ms)
           : keyed_.remember(results_.getSegmentsForOutput(), now_ms);
  }
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
