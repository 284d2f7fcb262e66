// SPDX-License-Identifier: Apache-2.0
// What the tests of this room talk in: bytes from hex, an end that notes what its peer tells it,
// and two ends joined in memory. Test code only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/frame.hpp"
#include "wire/peer.hpp"

namespace cortado::wire {

// Readers that give what they read.
inline std::optional<RequestView> read_request(std::span<const std::byte> payload) {
  RequestView view;
  return read(payload, view) ? std::optional(view) : std::nullopt;
}
inline std::optional<ResponseView> read_response(std::span<const std::byte> payload) {
  ResponseView view;
  return read(payload, view) ? std::optional(view) : std::nullopt;
}
inline std::optional<ErrorView> read_error(std::span<const std::byte> payload) {
  ErrorView view;
  return read(payload, view) ? std::optional(view) : std::nullopt;
}
inline std::optional<HelloView> read_hello(std::span<const std::byte> payload) {
  HelloView view;
  return read(payload, view) ? std::optional(view) : std::nullopt;
}
inline std::optional<GoawayView> read_goaway(std::span<const std::byte> payload) {
  GoawayView view;
  return read(payload, view) ? std::optional(view) : std::nullopt;
}
inline std::optional<Credit> read_credit(std::span<const std::byte> payload) {
  Credit view;
  return read(payload, view) ? std::optional(view) : std::nullopt;
}
inline std::optional<NotifyView> read_notify(std::span<const std::byte> payload) {
  NotifyView view;
  return read(payload, view) ? std::optional(view) : std::nullopt;
}
inline std::optional<PartView> read_part(std::span<const std::byte> payload) {
  PartView view;
  return read(payload, view) ? std::optional(view) : std::nullopt;
}
inline std::optional<ErrorView> read_end(std::span<const std::byte> payload) {
  ErrorView view;
  return read_end(payload, view) ? std::optional(view) : std::nullopt;
}

}  // namespace cortado::wire

namespace cortado::wire::test {

using Bytes = std::vector<std::byte>;

/// "cafe 01" -> 3 bytes; spaces mean nothing. The digits are hex, as tests write no others.
inline Bytes from_hex(std::string_view hex) {
  Bytes bytes;
  unsigned high = 0;
  bool is_high = true;
  for (const char digit : hex) {
    if (digit == ' ') continue;
    const auto value = static_cast<unsigned>(digit <= '9' ? digit - '0' : digit - 'a' + 10);
    if (is_high) {
      high = value;
    } else {
      bytes.push_back(static_cast<std::byte>(high << 4U | value));
    }
    is_high = !is_high;
  }
  return bytes;
}

inline std::string to_hex(std::span<const std::byte> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string hex;
  for (const std::byte byte : bytes) {
    hex.push_back(digits[std::to_integer<unsigned>(byte) >> 4U]);
    hex.push_back(digits[std::to_integer<unsigned>(byte) & 15U]);
  }
  return hex;
}

inline std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text));
}

/// A frame, written by other code than that under test.
inline Bytes make_frame(unsigned type, std::uint64_t call_id, std::span<const std::byte> payload) {
  Bytes frame(frame_header_size);
  frame[0] = std::byte{0xca};
  frame[1] = std::byte{0xfe};
  frame[2] = std::byte{1};
  frame[3] = static_cast<std::byte>(type);
  std::memcpy(frame.data() + 4, &call_id, 8);
  const auto size = static_cast<std::uint32_t>(payload.size());
  std::memcpy(frame.data() + 12, &size, 4);
  frame.insert(frame.end(), payload.begin(), payload.end());
  frame.resize((frame.size() + 7) / 8 * 8);
  return frame;
}

inline Bytes make_frame(FrameType type, std::uint64_t call_id,
                        std::span<const std::byte> payload = {}) {
  return make_frame(static_cast<unsigned>(type), call_id, payload);
}

inline Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

/// An end whose handler notes everything as text: "request 3 hello", "error 0 not_found: no".
class End final : public PeerHandler {
 public:
  explicit End(const PeerOptions& options) : peer(options, *this) {}

  void on_request(CallId id, const RequestView& request) override {
    note("request " + std::to_string(id) + " " + text_of(request.params));
    requests.push_back(id);
    if (on_request_do) on_request_do(id, request);
  }
  void on_request_dropped(CallId id, StatusCode reason) override {
    note("dropped " + std::to_string(id) + " " + std::string(name(reason)));
    if (on_dropped_do) on_dropped_do(id);
  }
  void on_response(CallSlot slot, const ResponseView& response) override {
    note("response " + std::to_string(slot) + " " + text_of(response.results));
    if (on_settled_do) on_settled_do(slot);
  }
  void on_error(CallSlot slot, const ErrorView& error) override {
    note("error " + std::to_string(slot) + " " + std::string(name(error.code)) + ": " +
         std::string(error.message));
    if (on_settled_do) on_settled_do(slot);
  }
  void on_lost(CallSlot slot, bool may_have_run) override {
    note("lost " + std::to_string(slot) + (may_have_run ? " perhaps run" : " not run"));
    if (on_settled_do) on_settled_do(slot);
  }
  bool on_item(CallId id, std::span<const std::byte> item) override {
    note("item " + std::to_string(id) + " " + text_of(item));
    if (on_item_do) on_item_do(id);
    return consumes;
  }
  void on_end(CallId id, const ErrorView& status) override {
    note("end " + std::to_string(id) + " " + std::string(name(status.code)) +
         (status.message.empty() ? "" : ": " + std::string(status.message)));
  }
  void on_writable(CallId id) override {
    note("writable " + std::to_string(id));
    if (on_writable_do) on_writable_do(id);
  }
  bool on_notify(const NotifyView& notify) override {
    note("notify " + std::string(notify.topic) + " " + text_of(notify.message));
    return consumes;
  }
  void on_introduced(const HelloView& hello) override {
    note("introduced " + std::to_string(hello.payload_size_max) + " " +
         std::to_string(hello.calls_in_flight_max));
  }
  void on_goaway(const GoawayView& goaway) override {
    note("goaway " + std::string(name(goaway.reason)) + " " + std::to_string(goaway.grace_ms) +
         " " + std::string(goaway.message));
  }
  void on_pong(std::uint64_t token) override { note("pong " + std::to_string(token)); }

  /// Calls method 0 with `params`; the slot must have been given.
  CallSlot call(std::string_view params, std::uint32_t timeout_ms = 0) {
    return try_call(params, timeout_ms).value();
  }
  std::expected<CallSlot, StatusCode> try_call(std::string_view params,
                                               std::uint32_t timeout_ms = 0,
                                               CallKind kind = CallKind::unary) {
    const RequestHeader header{.interface_id = 0xabc, .kind = kind, .timeout_ms = timeout_ms};
    const std::span<std::byte> room = peer.prepare_params(params.size(), header);
    std::memcpy(room.data(), params.data(), params.size());
    return peer.call(header, params.size(), now_ms);
  }
  /// Opens a call with streams.
  CallId open(CallKind kind, std::string_view params = "") {
    return peer.id_of(try_call(params, 0, kind).value());
  }
  Sent send(CallId id, std::string_view item) {
    const std::span<std::byte> room = peer.prepare_item(item.size());
    std::memcpy(room.data(), item.data(), item.size());
    return peer.send_item(id, item.size());
  }
  Sent notify(std::string_view topic, std::string_view message) {
    Buffer frame;
    encode_notify(frame, {topic, bytes_of(message)});
    return peer.notify(frame.content());
  }
  bool respond(CallId id, std::string_view results) {
    const std::span<std::byte> room = peer.prepare_results(results.size());
    std::memcpy(room.data(), results.data(), results.size());
    return peer.respond(id, results.size());
  }
  bool fail(CallId id, StatusCode code, std::string_view message) {
    return peer.fail(id, {code, message, 0, {}});
  }

  /// Takes a message from memory of its own, exactly as large, so that a sanitizer sees every
  /// access beside it.
  std::expected<void, CloseReason> receive(const Bytes& message) {
    const Bytes copy(message.begin(), message.end());
    return peer.receive(copy, now_ms);
  }

  Bytes take_output() {
    const std::span<const std::byte> output = peer.output();
    Bytes taken(output.begin(), output.end());
    peer.clear_output();
    return taken;
  }

  /// What was noted since the last time, joined by "; ".
  std::string events() { return std::exchange(events_, {}); }

  Peer peer;
  std::uint64_t now_ms = 1000;
  std::vector<CallId> requests;  // every id that on_request() named
  std::function<void(CallId, const RequestView&)> on_request_do;
  std::function<void(CallId)> on_dropped_do;
  std::function<void(CallSlot)> on_settled_do;
  std::function<void(CallId)> on_item_do;
  std::function<void(CallId)> on_writable_do;
  bool consumes = true;  // items and pushes, as they come

 private:
  void note(const std::string& event) {
    if (!events_.empty()) events_ += "; ";
    events_ += event;
  }
  std::string events_;
};

/// Two ends that have introduced themselves.
class Pair {
 public:
  explicit Pair(PeerOptions connector_options = {}, PeerOptions acceptor_options = {})
      : connector(with_role(connector_options, Role::connector)),
        acceptor(with_role(acceptor_options, Role::acceptor)) {
    connector.peer.introduce();
    acceptor.peer.introduce();
    deliver();
    connector.events();
    acceptor.events();
  }

  /// Carries messages to and fro until nobody has any; false when one broke the protocol.
  bool deliver() {
    while (!connector.peer.output().empty() || !acceptor.peer.output().empty()) {
      if (!acceptor.receive(connector.take_output())) return false;
      if (!connector.receive(acceptor.take_output())) return false;
    }
    return true;
  }

  void set_time(std::uint64_t now_ms) { connector.now_ms = acceptor.now_ms = now_ms; }

  End connector;
  End acceptor;

 private:
  static PeerOptions with_role(PeerOptions options, Role role) {
    options.role = role;
    return options;
  }
};

}  // namespace cortado::wire::test
