// SPDX-License-Identifier: Apache-2.0
// The application of the simulation, the same at both ends: it calls, serves, streams, cancels and
// reads as slowly as chance will have it, and holds its peer to the rules. Test code only.
#pragma once

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>

#include "wire/simulation_ledger.hpp"

namespace cortado::wire::test {

class Actor final : public PeerHandler {
 public:
  /// `now_ms` is the clock of the world.
  Actor(const PeerOptions& options, Ledger& ledger, std::uint64_t& now_ms)
      : peer(options, *this), options_(options), ledger_(ledger), now_ms_(now_ms) {}

  Peer peer;
  bool is_winding_down = false;  // nothing new is begun, everything comes to its end

  [[nodiscard]] bool is_idle() const { return calls_.empty() && held_.empty(); }

  /// Its process is gone; nobody settles its calls.
  void die() {
    for (const auto& [id, call] : calls_) {
      if (call.is_own) ledger_[call.call].caller_died = true;
    }
  }

  // --- PeerHandler -----------------------------------------------------------------------

  void on_request(CallId id, const RequestView& request) override {
    const Stamp stamp = read_stamp(request.params, ledger_);
    Record& record = ledger_[stamp.call];
    ledger_.must(++record.executed == 1, "a call runs once");
    ledger_.must(!record.cannot_run, "a call that was said not to run does not");
    ledger_.must(record.kind == request.header.kind, "the callee knows the kind");
    ledger_.must(ids_.insert(id).second, "no id is used twice in a session");
    calls_[id] = Call{stamp.call, false, record.kind};
    if (ledger_.random.one_in(3)) answer(id);
    if (ledger_.random.one_in(8)) act();
  }

  void on_request_dropped(CallId id, StatusCode) override {
    ledger_.must(calls_.erase(id) == 1, "only a call in flight is dropped, once");
    forget(id);
  }

  void on_response(CallSlot slot, const ResponseView& response) override {
    const CallId id = settle(slot);
    const Stamp stamp = read_stamp(response.results, ledger_);
    ledger_.must(stamp.call == settled_call_, "an answer reaches its call");
    const Record& record = ledger_[stamp.call];
    ledger_.must(record.executed == 1 && record.answered, "an answer was given");
    ledger_.must(record.from_callee.received == record.from_callee.sent,
                 "all items come before the answer");
    ++ledger_.counters.answered;
    forget(id);
    if (ledger_.random.one_in(8)) act();
  }

  void on_error(CallSlot slot, const ErrorView& error) override {
    ledger_.must(error.code != StatusCode::ok, "an error is no ok");
    forget(settle(slot));
    if (ledger_.random.one_in(8)) act();
  }

  void on_lost(CallSlot slot, bool may_have_run) override {
    forget(settle(slot));
    Record& record = ledger_[settled_call_];
    record.cannot_run = !may_have_run;
    ledger_.must(may_have_run || record.executed == 0, "a call that never left has not run");
    ++(may_have_run ? ledger_.counters.lost_calls : ledger_.counters.unsent_calls);
    if (ledger_.random.one_in(4)) act();
  }

  bool on_item(CallId id, std::span<const std::byte> item) override {
    const auto found = calls_.find(id);
    ledger_.must(found != calls_.end(), "items belong to a call in flight");
    const Stamp stamp = read_stamp(item, ledger_);
    ledger_.must(stamp.call == found->second.call, "an item reaches its call");
    Flowing& flowing = incoming(found->second);
    ledger_.must(stamp.index == flowing.received, "items arrive once each and in order");
    ledger_.must(!flowing.end_seen, "no item behind the end");
    ++flowing.received;
    ++ledger_.counters.items;
    if (!ledger_.random.one_in(4)) return true;
    hold(id, item.size());
    return false;
  }

  void on_end(CallId id, const ErrorView& status) override {
    const auto found = calls_.find(id);
    ledger_.must(found != calls_.end(), "an end belongs to a call in flight");
    Flowing& flowing = incoming(found->second);
    ledger_.must(flowing.ended && !flowing.end_seen, "an end is seen once");
    ledger_.must(flowing.received == flowing.sent, "all items come before the end");
    flowing.end_seen = true;
    ledger_.must(status.code == StatusCode::ok || status.message == "half", "a status arrives");
  }

  void on_writable(CallId id) override {
    if (id == 0) return;
    const auto found = calls_.find(id);
    ledger_.must(found != calls_.end(), "who may write has a call in flight");
    ledger_.must(found->second.is_waiting, "nobody is woken who does not wait");
    found->second.is_waiting = false;
    if (ledger_.random.one_in(2)) send_item(id, found->second);
  }

  bool on_notify(const NotifyView& notify) override {
    ledger_.must(notify.topic == "topic", "a topic arrives");
    const Stamp stamp = read_stamp(notify.message, ledger_);
    ledger_.must(!topics_received_ || stamp.index == *topics_received_ + 1,
                 "pushes arrive once each and in order");
    topics_received_ = stamp.index;
    ++ledger_.counters.topics;
    if (!ledger_.random.one_in(4)) return true;
    hold(0, notify_payload_size(notify));
    return false;
  }

  void on_introduced(const HelloView&) override { ledger_.must(false, "sessions introduce"); }
  void on_goaway(const GoawayView&) override { ledger_.must(false, "sessions say farewell"); }
  void on_pong(std::uint64_t) override { ledger_.must(false, "sessions ping"); }

  // --- what it does ------------------------------------------------------------------------

  /// One thing that an application may do at any time, inside a handler function too.
  void act() {
    Random& random = ledger_.random;
    if (is_winding_down) return wind_down();
    switch (random.below(9)) {
      case 0:
      case 1: return call();
      case 2:
      case 3:
      case 4:
        for (std::uint32_t count = 1 + random.below(6); count > 0 && !calls_.empty(); --count) {
          const auto at = pick();
          send_item(at->first, at->second);
        }
        return;
      case 5: return consume();
      case 6:
        if (!calls_.empty()) finish(pick()->first);
        return;
      case 7: return notify();
      default: now_ms_ += random.below(30); return peer.advance(now_ms_);
    }
  }

  /// What must hold between any two events.
  void check() const {
    std::size_t own = 0;
    for (const auto& [id, call] : calls_) {
      own += call.is_own ? 1U : 0U;
      ledger_.must(!call.is_doomed, "a stream that is open takes items or blocks");
    }
    ledger_.must(peer.own_calls_in_flight() == own, "own calls in flight are those not settled");
    ledger_.must(peer.served_calls_in_flight() == calls_.size() - own, "so are served ones");
    const auto items_max = std::max<std::size_t>(
        static_cast<std::size_t>(options_.connection_window.items), connection_items_initial);
    const auto bytes_max = std::max<std::size_t>(
        static_cast<std::size_t>(options_.connection_window.bytes), connection_bytes_initial);
    ledger_.must(held_items_ <= items_max, "a slow reader holds a window of items at most");
    ledger_.must(held_bytes_ <= bytes_max + options_.payload_size_max,
                 "a slow reader holds a window of bytes and one item at most");
  }

  /// What must hold when everything has been consumed.
  void check_credit() const {
    const Flow& flow = peer.connection_flow();
    const Credit& window = options_.connection_window;
    ledger_.must(flow.receive.items + flow.pending.items == window.items &&
                     flow.receive.bytes + flow.pending.bytes == window.bytes,
                 "no credit gets lost");
  }

  /// A new session: the other end's ids and topics begin anew.
  void begin_session() {
    ids_.clear();
    topics_received_.reset();
    forget(0);
  }

 private:
  struct Call {
    std::uint64_t call;
    bool is_own;
    CallKind kind;
    bool is_waiting = false;  // for on_writable()
    bool is_doomed = false;   // its end must be told in this turn
  };

  [[nodiscard]] Flowing& incoming(const Call& call) {
    Record& record = ledger_[call.call];
    return call.is_own ? record.from_callee : record.from_caller;
  }
  [[nodiscard]] Flowing& outgoing(const Call& call) {
    Record& record = ledger_[call.call];
    return call.is_own ? record.from_caller : record.from_callee;
  }

  std::map<CallId, Call>::iterator pick() {
    auto at = calls_.begin();
    std::advance(at, ledger_.random.below(static_cast<std::uint32_t>(calls_.size())));
    return at;
  }

  std::size_t choose_size(std::size_t small) {
    Random& random = ledger_.random;
    if (random.one_in(60)) return stamp_size + cut_size + random.below(3 * cut_size);
    if (random.one_in(12)) return stamp_size + random.below(9000);
    return stamp_size + random.below(static_cast<std::uint32_t>(small));
  }

  void call() {
    Random& random = ledger_.random;
    if (calls_.size() > 40) return;
    const auto kind = static_cast<CallKind>(random.below(4));
    const RequestHeader header{.interface_id = 1,
                               .idempotent = random.one_in(2),
                               .kind = kind,
                               .timeout_ms = random.one_in(3) ? 1 + random.below(3000) : 0};
    const std::uint64_t number = ledger_.open(kind);
    const std::size_t size = choose_size(60);
    write_stamp(peer.prepare_params(size, header).first(size), number, 0);
    const auto slot = peer.call(header, size, now_ms_);
    if (!slot) {
      ledger_[number].cannot_run = true;
      ledger_[number].settled = 1;
      return;
    }
    const CallId id = peer.id_of(*slot);
    ledger_.must(own_ids_.insert(id).second, "no id of ours is used twice");
    ledger_.must(Peer::slot_of(id) == *slot && peer.is_own(id), "an id names its slot");
    calls_[id] = Call{number, true, kind};
  }

  void send_item(CallId id, Call& call) {
    Flowing& flowing = outgoing(call);
    const std::size_t size = choose_size(200);
    write_stamp(peer.prepare_item(size).first(size), call.call, flowing.sent);
    switch (peer.send_item(id, size)) {
      case Sent::yes: ++flowing.sent; return;
      case Sent::blocked: call.is_waiting = true; return;
      case Sent::too_large: return;
      case Sent::over: {
        const CallKind mine = call.is_own ? CallKind::client_stream : CallKind::server_stream;
        // One that is open is over only while its session gets lost, and says so in that turn.
        if (!flowing.ended && (call.kind == mine || call.kind == CallKind::bidirectional)) {
          call.is_doomed = true;
        }
        return;
      }
    }
  }

  void end(CallId id, Call& call) {
    const bool is_half = ledger_.random.one_in(4);
    const ErrorView status{
        is_half ? StatusCode::aborted : StatusCode::ok, is_half ? "half" : "", 0, {}};
    if (peer.end(id, status)) {
      outgoing(call).ended = true;
      call.is_waiting = false;
    }
  }

  /// Ends a stream, or the call itself.
  void finish(CallId id) {
    const auto found = calls_.find(id);
    if (ledger_.random.one_in(2)) return end(id, found->second);
    if (!found->second.is_own) return answer(id);
    if (!ledger_.random.one_in(3)) return;
    const CallSlot slot = Peer::slot_of(id);
    static_cast<void>(settle(slot));  // from here on nobody may speak of it
    forget(id);
    peer.cancel(slot);
  }

  void answer(CallId id) {
    const auto found = calls_.find(id);
    if (found == calls_.end()) return;
    const std::uint64_t number = found->second.call;
    calls_.erase(found);
    forget(id);
    if (ledger_.random.one_in(6)) {
      ledger_.must(peer.fail(id, {StatusCode::aborted, "no", 0, {}}), "a call in flight can fail");
      return;
    }
    const std::size_t size = choose_size(60);
    write_stamp(peer.prepare_results(size).first(size), number, 0);
    ledger_[number].answered = true;
    ledger_.must(peer.respond(id, size), "a call in flight can be answered");
    ledger_.must(!peer.respond(id, 0), "but once");
  }

  void notify() {
    Buffer frame;
    Bytes message(choose_size(60));
    write_stamp(message, 0, topics_sent_);
    encode_notify(frame, {"topic", message});
    if (peer.notify(frame.content()) == Sent::yes) ++topics_sent_;
  }

  void wind_down() {
    while (!held_.empty()) consume();
    if (calls_.empty()) return;
    const auto at = pick();
    if (!at->second.is_own) return answer(at->first);
    end(at->first, at->second);
  }

  // --- items that a slow reader keeps ------------------------------------------------------

  void hold(CallId id, std::size_t size) {
    Credit& held = held_[id];
    ++held.items;
    held.bytes += static_cast<std::int32_t>(size);
    count_held();
  }
  void consume() {
    if (held_.empty()) return;
    const auto at = std::next(held_.begin(), static_cast<std::ptrdiff_t>(ledger_.random.below(
                                                 static_cast<std::uint32_t>(held_.size()))));
    const auto [id, amount] = *at;
    held_.erase(at);
    count_held();
    peer.consumed(id, amount);
  }
  void forget(CallId id) {
    held_.erase(id);
    count_held();
  }
  void count_held() {
    held_items_ = held_bytes_ = 0;
    for (const auto& [id, held] : held_) {
      held_items_ += static_cast<std::size_t>(held.items);
      held_bytes_ += static_cast<std::size_t>(held.bytes);
    }
  }

  CallId settle(CallSlot slot) {
    const auto found = std::find_if(calls_.begin(), calls_.end(), [slot](const auto& entry) {
      return entry.second.is_own && Peer::slot_of(entry.first) == slot;
    });
    ledger_.must(found != calls_.end(), "only a call in flight settles, and once");
    const CallId id = found->first;
    settled_call_ = found->second.call;
    ledger_.must(++ledger_[settled_call_].settled == 1, "a call settles once");
    calls_.erase(found);
    return id;
  }

  const PeerOptions options_;
  Ledger& ledger_;
  std::uint64_t& now_ms_;
  std::map<CallId, Call> calls_;  // in flight, own and served
  std::map<CallId, Credit> held_;
  std::set<CallId> ids_;      // of the other end, in this session
  std::set<CallId> own_ids_;  // ever
  std::size_t held_items_ = 0;
  std::size_t held_bytes_ = 0;
  std::uint32_t topics_sent_ = 0;
  std::optional<std::uint32_t> topics_received_;  // the last one's number
  std::uint64_t settled_call_ = 0;
};

}  // namespace cortado::wire::test
