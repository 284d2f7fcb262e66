// SPDX-License-Identifier: Apache-2.0
#include "server/call_group.hpp"

#include <algorithm>
#include <utility>

namespace cortado::server {

namespace {

std::string_view why_no_stream(wire::CallKind kind) {
  if (kind == wire::CallKind::server_stream) {
    return "this method streams: over HTTP it needs Accept: application/json-seq and to be alone "
           "in "
           "the body of a POST with an id; or call it over WebSocket";
  }
  return "this method takes a stream, which HTTP cannot carry: call it over WebSocket";
}

}  // namespace

CallGroup::CallGroup(Worker& worker, CallContext context, std::function<void()> on_done)
    : worker_(worker),
      context_(std::move(context)),
      caller_{context_.client_address, "http"},
      on_done_(std::move(on_done)) {}

JsonCall& CallGroup::start(const Method& method, const boost::json::value& params,
                           std::span<const std::byte> key) {
  const wire::RequestHeader header = header_of(context_, *method.service_info, *method.info);
  JsonCall::Owner& owner = *this;
  if (!last_is_free_) calls_.emplace_back();
  JsonCall& call = calls_.back().emplace(worker_, owner, method, header, caller_);
  last_is_free_ = true;
  if (method.info->kind != wire::CallKind::unary) {
    call.stop({StatusCode::unimplemented, std::string(why_no_stream(method.info->kind)), 0, {}});
  } else if (waiting_count_ >= worker_.site.options.calls_in_flight_max) {
    worker_.metrics.limit_hit(Limit::calls_in_flight_max);
    call.stop({StatusCode::resource_exhausted,
               "too many calls in flight on this connection (calls_in_flight_max)"});
  } else if (!call.start(params, key)) {
    last_is_free_ = false;
    ++waiting_count_;
  }
  return call;
}

std::uint64_t CallGroup::next_deadline_ms() const {
  std::uint64_t earliest = JsonCall::no_deadline;
  for (const auto& call : calls_) {
    if (!call->finished()) earliest = std::min(earliest, call->deadline_ms());
  }
  return earliest;
}

void CallGroup::advance(std::uint64_t now_ms) {
  for (auto& call : calls_) {
    if (call->finished() || call->deadline_ms() > now_ms) continue;
    call->stop({StatusCode::deadline_exceeded, "the call's time is over"});
    --waiting_count_;
  }
}

void CallGroup::call_finished() {
  if (--waiting_count_ == 0) on_done_();
}

}  // namespace cortado::server
