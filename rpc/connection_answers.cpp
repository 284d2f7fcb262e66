// SPDX-License-Identifier: Apache-2.0
// Calls of the other end that carry an idempotency key: which of them run, what is remembered of
// them, and for how long.
#include <cstring>
#include <utility>

#include "rpc/connection_state.hpp"
#include "rpc/connection_turn.hpp"

namespace cortado {

bool Connection::State::ask(ServedCall& call, const ServedCall::Request& request,
                            const wire::RequestView& view) {
  const AnswerKey key{.interface_id = view.header.interface_id,
                      .method = view.header.method,
                      .key = view.header.idempotency_key,
                      .params = answers_->digest(view.params)};
  switch (call.ask(*answers_, key, clock_us_ / 1000)) {
    case Asked::runs:
    case Asked::joined: return true;
    case Asked::answered: answer_again(request, *call.answer()); return false;
    case Asked::refused: {
      const Error error = key_refusal();
      refuse(request, error.code, error.message);
      return false;
    }
  }
  std::unreachable();
}

void Connection::State::answer_again(const ServedCall::Request& request, Answer& answer) {
  if (answer.error() != nullptr) {
    peer.fail(request.id, answer.error()->view());
  } else if (const auto results = answer.results(); results.size() > peer.results_size_max()) {
    return refuse(request, StatusCode::resource_exhausted, results_too_large);
  } else {
    std::memcpy(peer.prepare_results(results.size()).data(), results.data(), results.size());
    peer.respond(request.id, results.size());
  }
  note_sent(answer, request.id);
  note_finished(request, answer.error() != nullptr ? answer.error()->code : StatusCode::ok);
}

void Connection::State::remember(ServedCall& call, const std::optional<Error>& error) {
  const wire::CallId id = call.request().id;
  // One that had joined came later: it is its client that will acknowledge the answer.
  if (Answer* const given = call.answer()) return note_sent(*given, id);
  if (!call.runs()) return;
  const std::uint64_t now_ms = clock_us_ / 1000;
  Answer* const answer =
      error ? call.remember(*error, now_ms) : call.remember(call.results(), now_ms);
  if (answer != nullptr && !answer->is_sent()) note_sent(*answer, id);
}

void Connection::State::note_sent(Answer& answer, wire::CallId id) {
  // Without a session nobody acknowledges.
  if (session) sent_answers_.add(answer, id, session->frames_written(), session->is_apart(id));
}

void Connection::State::forget_acknowledged() {
  if (sent_answers_.empty()) return;
  sent_answers_.acknowledged(session->frames_acknowledged(), session->frames_written(),
                             [this](wire::CallId id) { return session->is_apart(id); });
}

void Connection::State::turn_came(ServedCall& call) {
  // The one before it may have been stopped with its connection, which may be this one.
  const Turn turn(*this);
  turns_come_.push_back(call.request().id);
}

void Connection::State::take_turns() {
  const Running running(*this);
  for (const wire::CallId id : std::exchange(turns_come_, {})) {
    const auto call = served_.find(id);
    if (call != served_.end()) call->second->run();
  }
}

}  // namespace cortado
