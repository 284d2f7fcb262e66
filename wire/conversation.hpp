// SPDX-License-Identifier: Apache-2.0
// Two peers joined in memory that do whatever a source of numbers tells them, watched by rules
// that must hold for any source: a seeded generator in peer_random.test.cpp, the fuzzer's bytes in
// peer.fuzz.cpp. A broken rule ends the program. Test code only.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

#include "wire/test_support.hpp"

namespace cortado::wire::test {

inline void must(bool condition, const char* rule) {
  if (condition) return;
  // tidy-allow: test code that tells which rule broke before it stops
  std::fprintf(stderr, "broken rule: %s\n", rule);
  std::abort();
}

/// Gives a number below `bound`.
using Choose = std::function<std::uint32_t(std::uint32_t bound)>;

/// One end: knows its calls by what it was told, not by what its peer says.
class Talker final : public PeerHandler {
 public:
  Talker(const PeerOptions& options, Choose& choose) : peer(options, *this), choose_(choose) {}

  void on_request(CallId id, const RequestView& request) override {
    must(reinterpret_cast<std::uintptr_t>(request.params.data()) % 8 == 0, "params are aligned");
    must(serving_.insert(id).second, "a request in flight is told once");
    if (choose_(2) == 0) answer(id, request.params);
    if (choose_(16) == 0) act();
  }
  void on_request_dropped(CallId id, StatusCode) override {
    must(serving_.erase(id) == 1, "only a request in flight is dropped, once");
    if (choose_(16) == 0) act();
  }
  void on_response(CallSlot slot, const ResponseView&) override { settled(slot); }
  void on_error(CallSlot slot, const ErrorView& error) override {
    must(error.code != StatusCode::ok, "an error is no ok");
    settled(slot);
  }
  void on_lost(CallSlot slot, bool) override { settled(slot); }
  bool on_item(CallId id, std::span<const std::byte> item) override {
    must(in_flight(id), "items belong to a call in flight");
    if (choose_(16) == 0) act();
    // Where that ended the call nobody says any more that its items are consumed.
    if (choose_(4) != 0) return true;
    if (in_flight(id)) held_.emplace_back(id, static_cast<std::int32_t>(item.size()));
    return false;
  }
  void on_end(CallId id, const ErrorView&) override {
    must(in_flight(id), "an end belongs to a call in flight");
    if (choose_(16) == 0) act();
  }
  void on_writable(CallId id) override {
    must(id == 0 || in_flight(id), "who may write has a call in flight");
    if (choose_(2) == 0 && id != 0) send_item(id);
  }
  bool on_notify(const NotifyView& notify) override {
    must(!notify.topic.empty(), "a topic has a name");
    return choose_(8) != 0;
  }
  void on_introduced(const HelloView&) override {
    must(!introduced_, "introduced once");
    introduced_ = true;
  }
  void on_goaway(const GoawayView&) override {}
  void on_pong(std::uint64_t) override {}

  /// Does one thing that a host may do at any time, inside a handler function too.
  void act() {
    if (is_winding_down) {
      if (!serving_.empty()) answer(pick(serving_), {});
      return;
    }
    switch (choose_(13)) {
      case 12: return notify();
      case 11:
        if (!held_.empty()) {
          const auto [id, size] = held_.back();
          held_.pop_back();
          if (in_flight(id)) peer.consumed(id, {1, size});
        }
        return;
      case 10:
        if (const CallId id = pick_any()) peer.end(id);
        return;
      case 9:
      case 8:
        if (const CallId id = pick_any()) send_item(id);
        return;
      case 0:
      case 1:
      case 2: return call();
      case 3:
        if (!calling_.empty()) {
          const CallSlot slot = pick(calling_);
          calling_.erase(slot);  // from here on nobody may speak of it
          peer.cancel(slot);
        }
        return;
      case 4:
      case 5:
        if (!serving_.empty() && !is_closed_) answer(pick(serving_), {});
        return;
      case 6: return peer.ping(choose_(256));
      default: now_ms += choose_(64); return peer.advance(now_ms);
    }
  }

  void check() const {
    check_calls();
    FrameCursor cursor(peer.output(), payload_size_max);
    for (;;) {
      const auto frame = cursor.next();
      must(frame.has_value(), "what leaves is whole frames");
      if (!*frame) return;
    }
  }

  void check_calls() const {
    must(peer.own_calls_in_flight() == calling_.size(),
         "own calls in flight are those not settled");
    must(peer.served_calls_in_flight() == serving_.size(), "so are served ones");
    if (peer.own_calls_in_flight() + peer.served_calls_in_flight() == 0) {
      must(peer.next_deadline_ms() == Peer::no_deadline, "no calls, no deadline");
    }
  }

  void close() {
    is_closed_ = true;
    peer.close({StatusCode::unavailable, "closed", 0, {}});
    must(calling_.empty() && serving_.empty(), "closing settles everything");
    check();
  }

  [[nodiscard]] bool is_idle() const { return calling_.empty() && serving_.empty(); }
  [[nodiscard]] const std::set<CallId>& serving() const { return serving_; }

  Peer peer;
  std::uint64_t now_ms = 0;
  bool is_winding_down = false;  // nothing new is begun, what is served is answered

 private:
  void call() {
    const RequestHeader header{.interface_id = 1,
                               .kind = static_cast<CallKind>(choose_(2) * choose_(4)),
                               .timeout_ms = choose_(3) * choose_(100)};
    const std::uint32_t size = choose_(40);
    for (std::byte& byte : peer.prepare_params(size, header)) byte = std::byte{0x5a};
    if (const auto slot = peer.call(header, size, now_ms)) {
      must(calling_.insert(*slot).second, "a slot is given to one call at a time");
    }
  }

  void answer(CallId id, std::span<const std::byte> echo) {
    serving_.erase(id);
    if (choose_(4) == 0) {
      must(peer.fail(id, {StatusCode::aborted, "no", choose_(9), {}}), "a call in flight can fail");
    } else {
      const std::span<std::byte> room = peer.prepare_results(echo.size());
      if (!echo.empty()) std::memcpy(room.data(), echo.data(), echo.size());
      must(peer.respond(id, echo.size()), "a call in flight can be answered");
    }
    must(!peer.respond(id, 0), "but once");
  }

  void send_item(CallId id) {
    const std::uint32_t size = choose_(100);
    for (std::byte& byte : peer.prepare_item(size)) byte = std::byte{0x5a};
    switch (peer.send_item(id, size)) {
      case Sent::yes: return;
      case Sent::blocked: must(!peer.writable(id), "blocked is not writable"); return;
      case Sent::too_large: must(size > peer.item_size_max(), "too large is"); return;
      case Sent::over: must(!peer.writable(id) && !peer.end(id), "over is over"); return;
    }
  }

  void notify() {
    Buffer frame;
    const Bytes message(choose_(60));
    encode_notify(frame, {"topic", message});
    must(peer.notify(frame.content()) != Sent::yes || !is_closed_, "a closed peer sends nothing");
  }

  [[nodiscard]] bool in_flight(CallId id) const {
    return peer.is_own(id) ? calling_.contains(Peer::slot_of(id)) : serving_.contains(id);
  }

  /// A call in flight, of whatever end; 0: none.
  CallId pick_any() {
    if (is_closed_) return 0;
    if (choose_(2) == 0) return serving_.empty() ? 0 : pick(serving_);
    return calling_.empty() ? 0 : peer.id_of(pick(calling_));
  }

  void settled(CallSlot slot) {
    must(calling_.erase(slot) == 1, "a call settles once, and not after it was cancelled");
    if (choose_(16) == 0) act();
  }

  template <class Id>
  Id pick(const std::set<Id>& ids) {
    auto at = ids.begin();
    std::advance(at, choose_(static_cast<std::uint32_t>(ids.size())));
    return *at;
  }

  Choose& choose_;
  std::set<CallSlot> calling_;
  std::set<CallId> serving_;
  std::vector<std::pair<CallId, std::int32_t>> held_;  // items not consumed
  bool introduced_ = false;
  bool is_closed_ = false;
};

/// Both ends and the messages on their way.
class Conversation {
 public:
  Conversation(Choose& choose, const PeerOptions& connector, const PeerOptions& acceptor)
      : ends_{Talker(connector, choose), Talker(acceptor, choose)}, choose_(choose) {
    for (Talker& end : ends_) end.peer.introduce();
  }

  void step() {
    const std::uint32_t which = choose_(2);
    switch (choose_(4)) {
      case 0: return send(which);
      case 1: return arrive(which);
      default: ends_[which].act(); return ends_[which].check();
    }
  }

  /// Takes what waits at an end onto its way.
  void send(std::uint32_t which) {
    const std::span<const std::byte> output = ends_[which].peer.output();
    if (output.empty()) return;
    on_their_way_[which].emplace_back(output.begin(), output.end());
    ends_[which].peer.clear_output();
  }

  /// Delivers the oldest message to the other end.
  void arrive(std::uint32_t which) {
    if (on_their_way_[which].empty()) return;
    const Bytes message = std::move(on_their_way_[which].front());
    on_their_way_[which].pop_front();
    Talker& receiver = ends_[1 - which];
    must(receiver.peer.receive(message, receiver.now_ms).has_value(), "peers keep the protocol");
    receiver.check();
  }

  /// Lets every call come to its end by itself.
  void finish() {
    for (Talker& end : ends_) end.is_winding_down = true;
    for (int round = 0; round < 10'000 && !is_quiet(); ++round) {
      for (const std::uint32_t which : {0U, 1U}) {
        send(which);
        while (!on_their_way_[which].empty()) arrive(which);
        ends_[which].act();
      }
    }
    must(is_quiet(), "every call settles");
  }

  void close() {
    for (Talker& end : ends_) end.close();
  }

  Talker& end(std::uint32_t which) { return ends_[which]; }

 private:
  [[nodiscard]] bool is_quiet() const {
    for (const std::uint32_t which : {0U, 1U}) {
      if (!ends_[which].is_idle() || !ends_[which].peer.output().empty() ||
          !on_their_way_[which].empty()) {
        return false;
      }
    }
    return true;
  }

  Talker ends_[2];                     // connector, acceptor
  std::deque<Bytes> on_their_way_[2];  // by sender
  Choose& choose_;
};

}  // namespace cortado::wire::test
