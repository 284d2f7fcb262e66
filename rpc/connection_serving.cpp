// SPDX-License-Identifier: Apache-2.0
// Calls of the other end: from a frame to a handler, and from what becomes of it to a frame.
#include <utility>

#include "rpc/connection_state.hpp"
#include "rpc/connection_turn.hpp"

namespace cortado {

namespace {

/// Whether the callee answers with a message, instead of items.
bool has_results(wire::CallKind kind) {
  return kind == wire::CallKind::unary || kind == wire::CallKind::client_stream;
}

}  // namespace

void Connection::State::on_request(wire::CallId id, const wire::RequestView& view) {
  ServedCall::Request request{.id = id, .arrived_us = clock_us_};
  request.service = services_.find(view.header.interface_id);
  if (request.service == nullptr) {
    return refuse(request, StatusCode::unimplemented, "there is no such interface");
  }
  const std::span<const MethodInfo> methods = request.service->info().methods;
  if (view.header.method >= methods.size()) {
    return refuse(request, StatusCode::unimplemented, "there is no such method");
  }
  request.method = &methods[view.header.method];
  if (view.header.kind != request.method->kind) {
    return refuse(request, StatusCode::unimplemented, "the method streams otherwise");
  }
  if (view.header.timeout_ms != 0) request.deadline_ms = host.now_ms() + view.header.timeout_ms;

  std::unique_ptr<ServedCall> call = new_call();
  if (!view.header.idempotency_key.empty() && answers_ != nullptr &&
      view.header.kind == wire::CallKind::unary && !ask(*call, request, view)) {
    return recycle(std::move(call));
  }
  Starting starting{*call, starting_};
  starting_ = &starting;
  bool is_finished = false;
  {
    const Running running(*this);
    is_finished = call->start(request, view, caller_, *this);
  }
  starting_ = starting.outer;
  if (call->is_dropped()) {
    recycle(std::move(call));
  } else if (is_finished && call->is_done()) {
    answer(*call);
    recycle(std::move(call));
  } else {
    if (!is_finished) call->notify(*this);
    served_.emplace(id, std::move(call));
  }
}

void Connection::State::handler_finished(ServedCall& call) {
  const Turn turn(*this);
  if (call.is_dropped()) return;  // it waits to be destroyed
  clock_us_ = host.now_us();
  if (call.is_done()) finish(served_.find(call.request().id));
}

void Connection::State::finish(ServedCalls::iterator call) {
  std::unique_ptr<ServedCall> finished = std::move(call->second);
  served_.erase(call);
  answer(*finished);
  recycle(std::move(finished));
}

void Connection::State::on_request_dropped(wire::CallId id, StatusCode reason) {
  for (Starting* starting = starting_; starting != nullptr; starting = starting->outer) {
    if (starting->call.request().id != id || starting->call.is_dropped()) continue;
    starting->call.set_dropped();
    note_finished(starting->call.request(), reason);
    return;
  }
  const auto found = served_.find(id);
  if (found == served_.end()) return;
  std::unique_ptr<ServedCall> call = std::move(found->second);
  served_.erase(found);
  call->set_dropped();
  note_finished(call->request(), reason);
  if (running_ > 0) dropped_.push_back(std::move(call));
}

void Connection::State::refuse(const ServedCall::Request& request, StatusCode code,
                               std::string_view message) {
  peer.fail(request.id, {code, message, 0, {}});
  note_finished(request, code);
}

void Connection::State::answer(ServedCall& call) {
  HandlerOutcome outcome = call.outcome();
  const ServedCall::Request& request = call.request();
  if (!outcome.unexpected.empty()) {
    host.handler_failed(request.service->info().name, request.method->name, outcome.unexpected);
  }
  if (!outcome.error && !send_results(call)) {
    outcome.error = Error{StatusCode::resource_exhausted, std::string(results_too_large), 0, {}};
  }
  if (outcome.error) {
    // A handler that fails with ok is wrong; that there was an error is all that is known.
    if (outcome.error->code == StatusCode::ok) outcome.error->code = StatusCode::unknown;
    peer.fail(request.id, outcome.error->view());
  }
  note_finished(request, outcome.error ? outcome.error->code : StatusCode::ok);
  remember(call, outcome.error);
}

bool Connection::State::send_results(ServedCall& call) {
  if (!has_results(call.request().method->kind)) return peer.respond(call.request().id, 0);
  const Segments segments = call.results();
  const std::size_t size = message_size(segments);
  if (size > peer.results_size_max()) return false;
  write_message(segments, peer.prepare_results(size));
  peer.respond(call.request().id, size);
  return true;
}

void Connection::State::note_finished(const ServedCall::Request& request, StatusCode code) {
  const std::uint64_t now_us = host.now_us();
  const bool is_known = request.method != nullptr;
  host.call_finished(is_known ? request.service->info().name : std::string_view{},
                     is_known ? request.method->name : std::string_view{}, code,
                     now_us - request.arrived_us);
  clock_us_ = now_us;
}

std::unique_ptr<ServedCall> Connection::State::new_call() {
  if (!spare_) return std::make_unique<ServedCall>();
  return std::exchange(spare_, nullptr);
}

void Connection::State::recycle(std::unique_ptr<ServedCall> call) {
  const Running running(*this);  // destructors of a handler's frame run
  call->clear();
  if (!spare_) spare_ = std::move(call);
}

}  // namespace cortado
