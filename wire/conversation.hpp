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
    switch (choose_(8)) {
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
    must(peer.own_calls_in_flight() == calling_.size(),
         "own calls in flight are those not settled");
    must(peer.served_calls_in_flight() == serving_.size(), "so are served ones");
    if (peer.own_calls_in_flight() + peer.served_calls_in_flight() == 0) {
      must(peer.next_deadline_ms() == Peer::no_deadline, "no calls, no deadline");
    }
    FrameCursor cursor(peer.output(), payload_size_max);
    for (;;) {
      const auto frame = cursor.next();
      must(frame.has_value(), "what leaves is whole frames");
      if (!*frame) return;
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
    const RequestHeader header{.interface_id = 1, .timeout_ms = choose_(3) * choose_(100)};
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
