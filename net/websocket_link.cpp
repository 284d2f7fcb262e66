// SPDX-License-Identifier: Apache-2.0
#include "net/websocket_link.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

#include "wire/protocol.hpp"

namespace cortado::net {
namespace {

// A buffer kept for reuse is at most so large; one that once held a huge message is freed.
constexpr std::size_t spare_size_max = 256 * 1024;
constexpr std::size_t spare_count_max = 16;
// Reads of one link before others get their turn: 512 KiB. Writes the same.
constexpr int reads_a_turn_max = 8;
constexpr int writes_a_turn_max = 8;
// Control frames waiting behind a write that does not end: the other end floods us with pings.
constexpr std::size_t control_size_max = 64 * 1024;
constexpr std::size_t close_reason_size_max = control_payload_size_max - 2;
// Stands for a close frame without a code.
constexpr std::uint16_t no_status = 1005;

/// A code that an end may give: RFC 6455, section 7.4. Of 1004 to 1006 and 1015 only no_status
/// comes here, for the frame without a code.
bool may_be_sent(std::uint16_t code) {
  if (code == no_status) return true;
  if (code >= 3000) return code < 5000;
  return code >= 1000 && code < 1015 && code != 1004 && code != 1006;
}

}  // namespace

wire::Buffer LinkPool::take() {
  if (spare_.empty()) return {};
  wire::Buffer buffer = std::move(spare_.back());
  spare_.pop_back();
  return buffer;
}

void LinkPool::give(wire::Buffer buffer) {
  if (buffer.capacity() == 0 || buffer.capacity() > spare_size_max) return;
  if (spare_.size() == spare_count_max) return;
  buffer.clear();
  spare_.push_back(std::move(buffer));
}

WebSocketLink::WebSocketLink(Socket socket, LinkPool& pool, const LinkOptions& options)
    : socket_(std::move(socket)),
      pool_(pool),
      options_(options),
      decoder_(options.server, options.message_size_max) {
  if (!options.server) masks_ = std::make_unique<MaskKeys>();
}

void WebSocketLink::start(std::span<const std::byte> received) {
  const auto self = shared_from_this();
  ErrorCode error;
  // Answers are whole messages: waiting for more to send would only delay them.
  socket_.set_option(Tcp::no_delay(true), error);
  if (!error) socket_.non_blocking(true, error);
  if (error) return drop({.reason = error.message()});
  in_turn_ = true;
  consume(received);
  in_turn_ = false;
  flush();
  read();
}

// --- reading -------------------------------------------------------------------------------------

void WebSocketLink::read() {
  // A server whose answers are not taken reads no more requests: memory stays bounded. A client
  // always reads, or both ends could wait for each other for ever.
  const bool paused = options_.server && writing_;
  if (reading_ || paused || state_ == State::ended) return;
  reading_ = true;
  socket_.async_read_some(asio::buffer(received_),
                          [self = shared_from_this()](ErrorCode error, std::size_t size) {
                            self->on_read(error, size);
                          });
}

void WebSocketLink::on_read(ErrorCode error, std::size_t size) {
  reading_ = false;
  if (state_ == State::ended) return;
  if (error) {
    // After our close frame the end of the stream is as good as an answer.
    return drop(state_ == State::closing ? end_ : LinkEnd{.reason = error.message()});
  }
  pool_.bytes_received += size;
  in_turn_ = true;
  consume(std::span(received_).first(size));
  if (size == received_.size()) read_on();
  in_turn_ = false;
  flush();
  read();
}

void WebSocketLink::read_on() {
  for (int reads = 0; reads < reads_a_turn_max && state_ != State::ended; ++reads) {
    const std::span<std::byte> scratch = pool_.scratch();
    ErrorCode error;
    const std::size_t size = socket_.read_some(asio::buffer(scratch.data(), scratch.size()), error);
    if (error) return;  // nothing there, or a failure that the next read() meets again
    pool_.bytes_received += size;
    consume(scratch.first(size));
    if (size < scratch.size()) return;
  }
}

void WebSocketLink::consume(std::span<const std::byte> received) {
  if (decoder_.between_messages()) decoder_.memory() = pool_.take();
  while (!deaf_ && state_ != State::ended) {
    const auto event = decoder_.next(received);
    if (!event) {
      deaf_ = true;
      close(event.error(), event.error() == CloseCode::message_too_big
                               ? "the message is larger than message_size_max"
                               : "not a WebSocket of binary messages");
      break;
    }
    if (!*event) break;
    handle(**event);
  }
  if (decoder_.between_messages()) pool_.give(std::move(decoder_.memory()));
}

void WebSocketLink::handle(const WebSocketDecoder::Event& event) {
  using Kind = WebSocketDecoder::Event::Kind;
  switch (event.kind) {
    case Kind::message:
      if (state_ == State::open) on_message(event.payload);
      break;
    case Kind::ping:
      if (state_ == State::open) append_control(Opcode::pong, event.payload);
      break;
    case Kind::pong: on_pong(event.payload); break;
    case Kind::close: on_close_frame(event.payload); break;
  }
}

// --- closing -------------------------------------------------------------------------------------

void WebSocketLink::close(std::uint16_t code, std::string_view reason) {
  if (state_ != State::open) return;
  end_ = {.code = code, .reason = std::string(reason), .by_other_end = false};
  on_closing(end_);
  answer_close();
  if (!in_turn_) flush();
}

void WebSocketLink::on_close_frame(std::span<const std::byte> payload) {
  close_received_ = true;
  deaf_ = true;
  if (state_ != State::open) return;  // the answer to ours; flush() ends the link
  end_ = {.code = no_status, .reason = {}, .by_other_end = true};
  if (payload.size() >= 2) {
    end_.code = static_cast<std::uint16_t>(std::to_integer<unsigned>(payload[0]) << 8 |
                                           std::to_integer<unsigned>(payload[1]));
    const std::span<const std::byte> reason = payload.subspan(2);
    end_.reason.assign(reinterpret_cast<const char*>(reason.data()), reason.size());
  }
  if (payload.size() == 1 || !may_be_sent(end_.code)) {
    end_.code = static_cast<std::uint16_t>(CloseCode::protocol_error);
  }
  answer_close();
}

/// Sends end_ as a close frame, the last thing to be sent.
void WebSocketLink::answer_close() {
  std::array<std::byte, control_payload_size_max> payload{};
  const std::size_t reason_size = std::min(end_.reason.size(), close_reason_size_max);
  payload[0] = static_cast<std::byte>(end_.code >> 8);
  payload[1] = static_cast<std::byte>(end_.code);
  std::memcpy(&payload[2], end_.reason.data(), reason_size);
  const std::size_t size = end_.code == no_status ? 0 : 2 + reason_size;
  append_control(Opcode::close, std::span(payload).first(size));
  state_ = State::closing;
  closing_ms_ = now_ms();
}

void WebSocketLink::drop(LinkEnd end) {
  if (state_ == State::ended) return;
  const auto self = shared_from_this();
  state_ = State::ended;
  ErrorCode ignored;  // the socket may be gone already, which is what we want
  socket_.shutdown(Socket::shutdown_both, ignored);
  socket_.close(ignored);
  on_end(end);
}

void WebSocketLink::ping(std::span<const std::byte> payload) {
  if (state_ != State::open) return;
  append_control(Opcode::ping, payload);
  if (!in_turn_) flush();
}

void WebSocketLink::tick(std::uint64_t now) {
  if (state_ != State::closing || now < closing_ms_) return;
  if (now - closing_ms_ >= options_.closing_timeout_ms) drop(end_);
}

// --- writing -------------------------------------------------------------------------------------

void WebSocketLink::output_ready() {
  has_output_ = true;
  // Not at once: whatever else is ready to run in this turn may have more to send.
  if (!in_turn_ && !writing_ && state_ != State::ended) flush_later();
}

void WebSocketLink::flush_later() {
  if (std::exchange(flush_posted_, true)) return;
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->flush_posted_ = false;
    self->flush();
  });
}

void WebSocketLink::append_control(Opcode opcode, std::span<const std::byte> payload) {
  if (control_.size() > control_size_max) {
    return drop({.reason = "pings arrive faster than they can be answered"});
  }
  FrameHeader header{.opcode = opcode, .payload_size = payload.size()};
  if (masks_) header.mask = masks_->next();
  const std::span<std::byte> room =
      control_.prepare(websocket_header_size_max + control_payload_size_max);
  const std::size_t header_size = write_header(room.first<websocket_header_size_max>(), header);
  mask_into(room.data() + header_size, payload, header.mask.value_or(MaskKey{}), 0);
  control_.commit(header_size + payload.size());
}

void WebSocketLink::flush() {
  if (writing_) return;
  for (int writes = 0; state_ != State::ended && gather(); ++writes) {
    // The socket nearly always takes it all at once; then no operation needs to be set up.
    ErrorCode error;
    out_done_ = socket_.write_some(output_buffers(), error);
    if (error == asio::error::would_block) error.clear();
    if (error) return drop({.reason = error.message()});
    pool_.bytes_sent += out_done_;
    if (out_done_ < output_size()) {
      if (options_.copies_what_waits) copy_message();
      return write_rest();
    }
    release_output();
    if (writes == writes_a_turn_max) return flush_later();
  }
  if (state_ == State::closing && close_received_) drop(end_);
}

/// Fetches what waits into the members called out_; false: nothing.
bool WebSocketLink::gather() {
  out_done_ = 0;
  if (has_output_ && !close_gathered_ && !close_received_) {
    out_ = output();
    has_output_ = !out_.empty();
  }
  if (!out_.empty()) prepare_message();
  // The close frame is the last.
  if (state_ == State::open || out_.empty()) {
    std::swap(out_control_, control_);
    close_gathered_ = state_ == State::closing;
  }
  return output_size() > 0;
}

void WebSocketLink::prepare_message() {
  const std::span<const std::byte> head = output_head();
  const std::size_t size = head.size() + out_.size();
  FrameHeader header{.payload_size = size};
  if (masks_) {
    header.mask = masks_->next();
    out_copy_ = pool_.take();
    std::byte* const masked = out_copy_.prepare(size).data();
    mask_into(masked, head, *header.mask, 0);
    mask_into(masked + head.size(), out_, *header.mask, head.size());
    out_copy_.commit(size);
    out_ = std::as_const(out_copy_).content();
  }
  out_header_size_ =
      write_header(std::span(out_header_).first<websocket_header_size_max>(), header);
  if (masks_) return;
  std::ranges::copy(head, out_header_.begin() + static_cast<std::ptrdiff_t>(out_header_size_));
  out_header_size_ += head.size();
}

/// The message waits for the socket, and its owner for nothing.
void WebSocketLink::copy_message() {
  if (out_.empty() || masks_) return;
  out_copy_ = pool_.take();
  std::ranges::copy(out_, out_copy_.prepare(out_.size()).begin());
  out_copy_.commit(out_.size());
  out_ = std::as_const(out_copy_).content();
  out_cleared_ = true;
  clear_output();
}

std::array<asio::const_buffer, 3> WebSocketLink::output_buffers() const {
  std::array<asio::const_buffer, 3> buffers{
      asio::const_buffer(out_header_.data(), out_header_size_),
      asio::const_buffer(out_.data(), out_.size()),
      asio::const_buffer(out_control_.content().data(), out_control_.size())};
  std::size_t done = out_done_;
  for (asio::const_buffer& buffer : buffers) {
    const std::size_t skipped = std::min(done, buffer.size());
    buffer += skipped;
    done -= skipped;
  }
  return buffers;
}

void WebSocketLink::write_rest() {
  writing_ = true;
  socket_.async_write_some(output_buffers(),
                           [self = shared_from_this()](ErrorCode error, std::size_t size) {
                             self->on_written(error, size);
                           });
}

void WebSocketLink::on_written(ErrorCode error, std::size_t size) {
  writing_ = false;
  if (state_ == State::ended) return;
  if (error) return drop({.reason = error.message()});
  pool_.bytes_sent += size;
  out_done_ += size;
  if (state_ == State::closing) closing_ms_ = now_ms();
  const bool is_done = out_done_ == output_size();
  if (is_done) release_output();
  on_progress();
  if (state_ == State::ended) return;
  if (!is_done) return write_rest();
  flush();
  read();
}

void WebSocketLink::release_output() {
  if (!out_.empty() && !std::exchange(out_cleared_, false)) clear_output();
  out_ = {};
  out_header_size_ = 0;
  out_control_ = {};  // rarely needed: not worth keeping
  pool_.give(std::exchange(out_copy_, {}));
}

std::size_t WebSocketLink::output_size() const {
  return out_header_size_ + out_.size() + out_control_.size();
}

bool WebSocketLink::is_inside_message() const {
  return writing_ && !out_cleared_ && out_done_ < out_header_size_ + out_.size();
}

}  // namespace cortado::net
