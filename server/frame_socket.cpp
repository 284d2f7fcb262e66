// SPDX-License-Identifier: Apache-2.0
#include "server/frame_socket.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "server/client_session.hpp"
#include "wire/close_code.hpp"

namespace cortado::server {
namespace {

// Payload of the ping that follows a GOAWAY: its pong comes behind all that was sent before.
constexpr std::array drain_ping{std::byte{'d'}};

constexpr auto normal_code = static_cast<std::uint16_t>(net::CloseCode::normal);
constexpr auto going_away_code = static_cast<std::uint16_t>(net::CloseCode::going_away);
constexpr std::string_view stop_words = "the server stops";

static_assert(wire::lane_header_size <= net::WebSocketLink::output_head_size_max);

net::LinkOptions link_options(const ServerOptions& options, bool has_lanes) {
  net::LinkOptions link;
  link.server = true;
  link.message_size_max = options.message_size_max;
  link.copies_what_waits = has_lanes;
  return link;
}

}  // namespace

void FrameSocket::start(Worker& worker, net::Socket socket, std::string client_address,
                        bool has_lanes, std::span<const std::byte> received) {
  const auto served = std::make_shared<FrameSocket>(worker, std::move(socket),
                                                    std::move(client_address), has_lanes);
  served->place_ = worker.sockets.add(served);
  if (worker.site.log.takes(LogLevel::debug)) {
    worker.site.log.write(LogLevel::debug, "websocket_opened",
                          {{"client", served->client_address_}});
  }
  served->WebSocketLink::start(received);
}

FrameSocket::FrameSocket(Worker& worker, net::Socket socket, std::string client_address,
                         bool has_lanes)
    : WebSocketLink(std::move(socket), worker.links, link_options(worker.site.options, has_lanes)),
      worker_(worker),
      client_address_(std::move(client_address)),
      has_lanes_(has_lanes) {
  ++worker_.metrics.websocket_connections;
}

FrameSocket::~FrameSocket() { --worker_.metrics.websocket_connections; }

// --- messages ------------------------------------------------------------------------------------

void FrameSocket::on_message(std::span<const std::byte> message) {
  const auto read = has_lanes_ ? wire::read_lane(message)
                               : wire::LaneMessage{.lane = 0, .rest = message, .end = {}};
  if (!read) return close(close_code(read.error()), wire::name(read.error()));
  if (const std::shared_ptr<Lane> lane = lane_of(*read)) {
    if (read->end) {
      remove(lane->number());
      lane->detach(read->end->code == normal_code);
    } else {
      lane->receive(read->rest);
    }
  }
  if (worker_.draining) close_when_drained();
}

std::shared_ptr<Lane> FrameSocket::lane_of(const wire::LaneMessage& message) {
  if (const auto found = lanes_.find(message.lane); found != lanes_.end()) return found->second;
  // Of a lane that is over: it has crossed the end of it.
  if (message.end || message.rest.empty() || message.lane < next_lane_) return nullptr;
  next_lane_ = std::uint64_t{message.lane} + 1;
  if (!has_lanes_) return open_lane(message.lane);
  if (worker_.draining) {
    tell_end(message.lane, {going_away_code, stop_words});
    return nullptr;
  }
  if (lanes_.size() >= worker_.site.options.lanes_max) {
    worker_.metrics.limit_hit(Limit::lanes_max);
    tell_end(message.lane, {wire::lane_refused_code, "too many lanes (lanes_max)"});
    return nullptr;
  }
  return open_lane(message.lane);
}

std::shared_ptr<Lane> FrameSocket::open_lane(std::uint32_t number) {
  if (has_lanes_) ++worker_.metrics.lanes;
  return lanes_.emplace(number, std::make_shared<Lane>(*this, number)).first->second;
}

void FrameSocket::remove(std::uint32_t number) {
  if (lanes_.erase(number) == 0) return;
  if (has_lanes_) --worker_.metrics.lanes;
  if (lanes_.empty()) unused_ms_ = net::now_ms();
}

void FrameSocket::end_lane(Lane& lane, wire::CloseReason reason, std::string_view words) {
  const std::uint16_t code = close_code(reason);
  const auto found = lanes_.find(lane.number());
  if (found == lanes_.end()) return;
  const std::shared_ptr<Lane> ended = found->second;
  remove(ended->number());
  if (has_lanes_) return tell_end(ended->number(), {code, words});
  if (is_inside_message()) {
    return drop({.code = code, .reason = std::string(words), .by_other_end = false});
  }
  close(code, words);
}

void FrameSocket::on_closing(const net::LinkEnd& end) {
  if (end.code == static_cast<std::uint16_t>(net::CloseCode::message_too_big)) {
    worker_.metrics.limit_hit(Limit::message_size_max);
  }
}

void FrameSocket::on_progress() {
  for_each_lane([](Lane& lane) { lane.progress(); });
}

void FrameSocket::on_end(const net::LinkEnd& end) {
  if (worker_.site.log.takes(LogLevel::debug)) {
    worker_.site.log.write(
        LogLevel::debug, "websocket_closed",
        {{"client", client_address_}, {"code", std::to_string(end.code)}, {"reason", end.reason}});
  }
  const bool is_done = end.by_other_end && end.code == normal_code;
  for_each_lane([this, is_done](Lane& lane) {
    remove(lane.number());
    lane.detach(is_done);
  });
  queue_.clear();
  if (place_) worker_.sockets.remove(*std::exchange(place_, std::nullopt));
}

// --- output --------------------------------------------------------------------------------------

void FrameSocket::lane_ready(Lane& lane) {
  const auto found = lanes_.find(lane.number());
  if (found == lanes_.end()) return;
  if (!std::exchange(lane.is_queued, true)) queue_.push_back(found->second);
  output_ready();
}

void FrameSocket::tell_end(std::uint32_t number, const wire::LaneEnd& end) {
  if (worker_.site.log.takes(LogLevel::debug)) {
    worker_.site.log.write(LogLevel::debug, "lane_ended",
                           {{"client", client_address_},
                            {"lane", std::to_string(number)},
                            {"code", std::to_string(end.code)},
                            {"reason", std::string(end.reason)}});
  }
  wire::write_lane_end(ends_.emplace_back(), number, end);
  output_ready();
}

std::span<const std::byte> FrameSocket::output() {
  if (!ends_.empty()) return std::as_const(ends_.front()).content();
  while (!queue_.empty()) {
    sending_ = queue_.front();
    if (const std::span<const std::byte> message = sending_->output(); !message.empty()) {
      return message;
    }
    sending_->is_queued = false;
    queue_.erase(queue_.begin());
  }
  sending_ = nullptr;
  return {};
}

std::span<const std::byte> FrameSocket::output_head() {
  if (!sending_ || sending_->number() == 0) return {};
  wire::write_lane(sending_head_, sending_->number());
  return sending_head_;
}

void FrameSocket::clear_output() {
  const std::shared_ptr<Lane> lane = std::exchange(sending_, nullptr);
  if (!lane) {
    ends_.erase(ends_.begin());
    return;
  }
  lane->clear_output();
  // There may be more, when the others have had their turn.
  if (queue_.empty() || queue_.front() != lane) return;
  std::rotate(queue_.begin(), queue_.begin() + 1, queue_.end());
}

// --- time ----------------------------------------------------------------------------------------

void FrameSocket::tick(std::uint64_t now_ms) {
  for_each_lane([](Lane& lane) {
    if (lane.session() != nullptr) lane.session()->tick();
  });
  const std::uint32_t timeout_ms = worker_.site.options.header_timeout_ms;
  if (lanes_.empty() && open() && timeout_ms != 0 && now_ms - unused_ms_ >= timeout_ms) {
    worker_.metrics.limit_hit(Limit::header_timeout_ms);
    return close(close_code(wire::CloseReason::idle), "no HELLO came for header_timeout_ms");
  }
  WebSocketLink::tick(now_ms);
}

// --- the end -------------------------------------------------------------------------------------

void FrameSocket::drain(std::uint32_t grace_ms) {
  if (!open()) return;
  if (lanes_.empty()) return stop();
  for_each_lane([grace_ms](Lane& lane) {
    if (lane.session() != nullptr) lane.session()->drain(grace_ms);
  });
  ping(drain_ping);
}

void FrameSocket::on_pong(std::span<const std::byte> payload) {
  if (!worker_.draining || !std::ranges::equal(payload, drain_ping)) return;
  drained_ = true;
  close_when_drained();
}

void FrameSocket::close_when_drained() {
  if (!drained_) return;
  const bool has_calls = std::ranges::any_of(lanes_, [](const auto& each) {
    const ClientSession* const session = each.second->session();
    return session != nullptr && session->calls_in_flight() != 0;
  });
  if (!has_calls) stop();
}

void FrameSocket::abandon() { drop({.reason = "the server stops", .by_other_end = false}); }

void FrameSocket::stop() { close(net::CloseCode::going_away, stop_words); }

}  // namespace cortado::server
