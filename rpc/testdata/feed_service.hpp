// SPDX-License-Identifier: Apache-2.0
// A service that streams, with client and dispatch as the generator would write them, but by hand.
// Test code only.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "rpc/memory_pair.hpp"
#include "rpc/stream.hpp"
#include "rpc/testdata/echo_service.hpp"

namespace cortado::test {

constexpr std::uint64_t feed_id = 0xd0a94c6e3b7f1528;

inline void newest_key(capnp::AnyPointer::Reader item, std::string& key) {
  append_key(key, item.getAs<Feed::NewestResults>().getKey());
}

class FeedClient {
 public:
  explicit FeedClient(Channel& channel) : channel_(&channel) {}

  ServerStream<Feed::CountResults> count(std::uint32_t from, std::uint32_t to,
                                         std::uint32_t padding = 0,
                                         CallOptions options = {}) const {
    return open_server_stream<Feed::CountParams, Feed::CountResults>(
        *channel_, {feed_id, 0, false, 0, wire::CallKind::server_stream},
        [from, to, padding](Feed::CountParams::Builder params) {
          params.setFrom(from);
          params.setTo(to);
          params.setPadding(padding);
        },
        options);
  }
  ClientStream<Feed::TotalParams, Feed::TotalResults> total(CallOptions options = {},
                                                            Overflow overflow = {}) const {
    return open_client_stream<Feed::TotalParams, Feed::TotalResults>(
        *channel_, {feed_id, 1, false, 0, wire::CallKind::client_stream, overflow}, options);
  }
  BidirectionalStream<Feed::ChatParams, Feed::ChatResults> chat(CallOptions options = {}) const {
    return open_bidirectional_stream<Feed::ChatParams, Feed::ChatResults>(
        *channel_, {feed_id, 2, false, 0, wire::CallKind::bidirectional}, options);
  }
  ServerStream<Feed::NewestResults> by_policy(std::uint16_t ordinal, std::uint32_t to,
                                              std::uint32_t padding = 0) const {
    return open_server_stream<Feed::NewestParams, Feed::NewestResults>(
        *channel_, {feed_id, ordinal, false, 0, wire::CallKind::server_stream},
        [to, padding](Feed::NewestParams::Builder params) {
          params.setTo(to);
          params.setPadding(padding);
        },
        {});
  }

 private:
  Channel* channel_;
};

class FeedService final : public Service {
 public:
  [[nodiscard]] const ServiceInfo& info() const override {
    using enum wire::CallKind;
    static constexpr std::array<MethodInfo, 6> methods{
        MethodInfo{.ordinal = 0, .name = "count", .kind = server_stream},
        MethodInfo{.ordinal = 1, .name = "total", .kind = client_stream},
        MethodInfo{.ordinal = 2, .name = "chat", .kind = bidirectional},
        MethodInfo{.ordinal = 3,
                   .name = "newest",
                   .kind = server_stream,
                   .overflow = {OverflowPolicy::keep_newest, newest_key}},
        MethodInfo{.ordinal = 4,
                   .name = "latest",
                   .kind = server_stream,
                   .overflow = {OverflowPolicy::drop_oldest}},
        MethodInfo{.ordinal = 5,
                   .name = "patient",
                   .kind = server_stream,
                   .overflow = {OverflowPolicy::close}}};
    static constexpr ServiceInfo info{feed_id, "Feed", methods};
    return info;
  }

  Task<void> dispatch(std::uint16_t ordinal, Call& call, capnp::AnyPointer::Reader params,
                      capnp::AnyPointer::Builder results) override {
    switch (ordinal) {
      case 0:
        return serve_server_stream<Feed::CountResults>(
            call, [this, &call, params = params.getAs<Feed::CountParams>()](auto& sink) {
              return count(call, params, sink);
            });
      case 1:
        return serve_client_stream<Feed::TotalParams>(
            call, [this, &call, results = results.initAs<Feed::TotalResults>()](auto& source) {
              return total(call, source, results);
            });
      case 2:
        return serve_bidirectional_stream<Feed::ChatParams, Feed::ChatResults>(
            call, [this, &call](auto& source, auto& sink) { return chat(call, source, sink); });
      case 3:
      case 4:
      case 5:
        return serve_server_stream<Feed::NewestResults>(
            call, [this, &call, params = params.getAs<Feed::NewestParams>()](auto& sink) {
              return by_policy(call, params, sink);
            });
      default: throw RpcError(StatusCode::unimplemented, "no such method");
    }
  }

  Gate gate;
  Gate end_gate;
  bool waits_at_start = false;              // for the gate, before anything is read or written
  bool waits_at_end = false;                // for end_gate, once all is written
  std::optional<std::uint32_t> fails_at;    // count() throws when it comes to this number
  std::optional<std::uint32_t> answers_at;  // total() answers when this number comes
  bool looks_at_error = false;              // total() asks for it, and answers all the same
  std::uint32_t written = 0;                // items of count() and by_policy() that write() took
  std::uint32_t read = 0;                   // items that total() and chat() got
  int running = 0;                          // handlers
  int finished = 0;                         // of them, by themselves
  std::optional<Error> source_error;

 private:
  struct Trace {
    explicit Trace(FeedService& of) : service(of) { ++service.running; }
    Trace(const Trace&) = delete;
    Trace& operator=(const Trace&) = delete;
    ~Trace() { --service.running; }
    FeedService& service;
  };

  Task<void> count(Call&, Feed::CountParams::Reader params, Sink<Feed::CountResults>& sink) {
    const Trace trace(*this);
    if (waits_at_start) co_await gate;
    for (std::uint32_t value = params.getFrom(); value < params.getTo(); ++value) {
      if (fails_at == value) throw RpcError(StatusCode::aborted, "no further");
      const bool is_taken = co_await sink.write([&](Feed::CountResults::Builder item) {
        item.setValue(value);
        item.initPadding(params.getPadding());
      });
      if (!is_taken) co_return;
      ++written;
    }
    if (waits_at_end) co_await end_gate;
    ++finished;
  }

  Task<void> total(Call&, Source<Feed::TotalParams>& source, Feed::TotalResults::Builder results) {
    const Trace trace(*this);
    if (waits_at_start) co_await gate;
    while (auto item = co_await source.next()) {
      ++read;
      results.setSum(results.getSum() + item->getValue());
      results.setItems(results.getItems() + 1);
      if (answers_at == item->getValue()) break;
    }
    if (looks_at_error) source_error = source.error();
    ++finished;
  }

  Task<void> chat(Call&, Source<Feed::ChatParams>& source, Sink<Feed::ChatResults>& sink) {
    const Trace trace(*this);
    if (waits_at_start) co_await gate;
    while (auto item = co_await source.next()) {
      ++read;
      const bool is_taken = co_await sink.write([&](Feed::ChatResults::Builder answer) {
        answer.setValue(item->getValue());
        answer.setText("[" + std::string(item->getText().cStr()) + "]");
      });
      if (!is_taken) co_return;
    }
    ++finished;
  }

  Task<void> by_policy(Call&, Feed::NewestParams::Reader params, Sink<Feed::NewestResults>& sink) {
    const Trace trace(*this);
    if (waits_at_start) co_await gate;
    for (std::uint32_t value = 0; value < params.getTo(); ++value) {
      const bool is_taken = co_await sink.write([&](Feed::NewestResults::Builder item) {
        item.setKey(std::to_string(value % 10));
        item.setValue(value);
        item.initPadding(params.getPadding());
      });
      if (!is_taken) {
        if (waits_at_end) co_await end_gate;
        co_return;
      }
      ++written;
    }
    if (waits_at_end) co_await end_gate;
    ++finished;
  }
};

/// Two ends that both serve Feed and Echo.
template <class Pair>
struct FeedEnds {
  template <class... Options>
  explicit FeedEnds(const Options&... options)
      : registered_{page_services.add(page), server_services.add(server),
                    page_services.add(page_echo), server_services.add(server_echo)},
        pair(page_services, server_services, options...) {
    is_introduced_ = pair.deliver().has_value();
  }

  FeedService page;
  FeedService server;
  EchoService page_echo;
  EchoService server_echo;
  ServiceRegistry page_services;
  ServiceRegistry server_services;

 private:
  bool registered_[4];
  bool is_introduced_ = false;

 public:
  Pair pair;
  FeedClient client{pair.connector};        // calls `server`
  FeedClient server_client{pair.acceptor};  // calls `page`
};
using FeedPair = FeedEnds<MemoryPair>;

/// Reads numbers until the end, or until it was told to stop.
struct NumberReader {
  std::vector<std::uint32_t> values;
  bool is_at_end = false;

  template <class T>
  Task<void> read(ServerStream<T>& stream, std::size_t count_max = ~std::size_t{0}) {
    while (values.size() < count_max) {
      auto item = co_await stream.next();
      if (!item) {
        is_at_end = true;
        co_return;
      }
      values.push_back(item->getValue());
    }
  }

  /// Whether they are the numbers from `from` on.
  [[nodiscard]] bool are_from(std::uint32_t from) const {
    return std::ranges::all_of(
        values, [next = from](std::uint32_t value) mutable { return value == next++; });
  }
};

}  // namespace cortado::test
