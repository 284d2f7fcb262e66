// SPDX-License-Identifier: Apache-2.0
// Starting and stopping one handler.
#include "rpc/served_call.hpp"

namespace cortado {

namespace {

StreamShape shape_of(const MethodInfo& method) {
  const bool both = method.kind == wire::CallKind::bidirectional;
  return {.reads = both || method.kind == wire::CallKind::client_stream,
          .writes = both || method.kind == wire::CallKind::server_stream,
          .overflow = method.overflow};
}

}  // namespace

bool ServedCall::open(std::span<const std::byte> params) {
  try {
    // Copied, as the handler may outlive the message it came in, and cannot be told when it does.
    params_words_.assign(params);
    params_.emplace(params_words_.words(), reader_options());
    require_whole(*params_, params_words_.words());
    return true;
  } catch (const kj::Exception&) {
    return false;
  }
}

bool ServedCall::start(const Request& request, const wire::RequestView& view,
                       const CallerInfo& caller, StreamCarrier& carrier) {
  request_ = request;
  const StreamShape shape = shape_of(*request.method);
  // A caller who sends items sends no params.
  if (!shape.reads && !open(view.params)) {
    early_outcome_.error = invalid_params();
    return true;
  }
  if (shape.reads || shape.writes) {
    stream_ = std::make_unique<StreamCall>(carrier, request.id, shape);
  }
  early_outcome_ = outcome_of([&] {
    results_.emplace(kj::arrayPtr(scratch_.data(), scratch_.size()));
    call_.emplace(view.header, caller, request.deadline_ms, stream_.get());
    task_ = has_joined() ? dispatch_joined() : dispatch();
  });
  if (early_outcome_.error) return true;
  task_.start();
  return task_.done();
}

Task<void> ServedCall::dispatch() {
  return request_.service->dispatch(
      request_.method->ordinal, *call_,
      params_ ? params_->getRoot<capnp::AnyPointer>() : capnp::AnyPointer::Reader(),
      results_->getRoot<capnp::AnyPointer>());
}

Task<void> ServedCall::dispatch_joined() {
  co_await wait();
  if (const Answer* const given = answer(); given == nullptr) {
    co_await dispatch();
  } else if (given->error() != nullptr) {
    call_->fail(*given->error());
  } else {
    given->copy_results(results_->getRoot<capnp::AnyPointer>());
  }
}

ServedCall::Watcher ServedCall::watch(ServedCall& call, Owner& owner) {
  call.watcher_ = nullptr;  // it frees itself from here on
  owner.handler_finished(call);
  co_return;
}

void ServedCall::notify(Owner& owner) {
  owner_ = &owner;
  watcher_ = watch(*this, owner).handle;
  task_.continue_with(watcher_);
}

HandlerOutcome ServedCall::outcome() {
  if (early_outcome_.error) return std::move(early_outcome_);
  HandlerOutcome outcome = outcome_of(task_, *call_);
  // What looks like all items of a source that failed is not.
  if (!outcome.error && stream_) outcome.error = stream_->unnoticed_error();
  return outcome;
}

void ServedCall::clear() {
  task_.reset();
  if (watcher_) std::exchange(watcher_, nullptr).destroy();
  leave();  // only now may another run
  early_outcome_ = {};
  call_.reset();
  stream_.reset();
  results_.reset();  // zeros what it used of scratch_
  params_.reset();
  params_words_.trim(spare_params_words_max);
  is_dropped_ = false;
}

}  // namespace cortado
