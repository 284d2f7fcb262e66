// SPDX-License-Identifier: Apache-2.0
// An open WebSocket that carries binary messages, on either end: one read and one write a turn. All
// messages of a read are handled before their answers leave together, in one message. Whether the
// other end still lives is not its business: sessions (wire/session.hpp) see to that.
//
// Memory: a quiet link owns read_size bytes. What is larger comes from, and goes back to, the
// LinkPool of its thread. A server's messages leave from where their owner keeps them; a client's
// are copied, as they are masked.
#pragma once

#include <boost/asio/buffer.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/asio.hpp"
#include "net/websocket_decoder.hpp"
#include "net/websocket_frame.hpp"
#include "net/websocket_key.hpp"
#include "wire/buffer.hpp"

namespace cortado::net {

/// What all links of one thread share. Outlives them.
class LinkPool {
 public:
  /// An empty buffer, with memory if one was given back.
  [[nodiscard]] wire::Buffer take();
  /// Keeps a few buffers of moderate size, frees others.
  void give(wire::Buffer buffer);

  /// For one synchronous read; nothing in it survives the turn.
  [[nodiscard]] std::span<std::byte> scratch() { return scratch_; }

  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;

 private:
  std::vector<wire::Buffer> spare_;
  std::array<std::byte, 65536> scratch_;
};

struct LinkOptions {
  /// The other end is a client: its frames are masked, ours are not.
  bool server = true;
  std::size_t message_size_max = 0;
  /// What the closing handshake may take, from the last byte that the other end has taken.
  std::uint32_t closing_timeout_ms = 2'000;
  /// A message that must wait for the socket is copied, so that clear_output() comes at once: for a
  /// link whose messages have several owners, of which one may go while the others go on.
  bool copies_what_waits = false;
};

/// How a link ended.
struct LinkEnd {
  std::uint16_t code = static_cast<std::uint16_t>(CloseCode::abnormal);
  std::string reason;
  /// The other end said it first, or the socket failed.
  bool by_other_end = true;
};

class WebSocketLink : public std::enable_shared_from_this<WebSocketLink> {
 public:
  /// `socket` has done the handshake. `pool` must outlive the link.
  WebSocketLink(Socket socket, LinkPool& pool, const LinkOptions& options);
  virtual ~WebSocketLink() = default;
  WebSocketLink(const WebSocketLink&) = delete;
  WebSocketLink& operator=(const WebSocketLink&) = delete;

  /// Begins to read. `received` came behind the handshake.
  void start(std::span<const std::byte> received);

  /// Sends what waits, then the close frame, and ends when the other end has answered or
  /// closing_timeout_ms is over. `reason`: at most 123 bytes are sent.
  void close(std::uint16_t code, std::string_view reason);
  void close(CloseCode code, std::string_view reason) {
    close(static_cast<std::uint16_t>(code), reason);
  }

  /// Ends at once.
  void drop(LinkEnd end);

  /// `payload`: at most 125 bytes; the pong brings them back.
  void ping(std::span<const std::byte> payload = {});

  /// Looks at the closing timeout; to be called now and then, a second is fine enough.
  void tick(std::uint64_t now);

  [[nodiscard]] bool open() const { return state_ == State::open; }
  /// The other end does not take what is sent as fast as it is made: a write waits for it.
  [[nodiscard]] bool is_writing() const { return writing_; }
  [[nodiscard]] Executor executor() { return socket_.get_executor(); }

  static constexpr std::size_t output_head_size_max = 16;

 protected:
  /// There is something in output(): it leaves at the end of the turn.
  void output_ready();
  /// A part of what output() gave has left, and the rest waits: nothing else can follow it. Who takes
  /// the rest away (so that output() gives it no more) must drop() the link first. Never with
  /// LinkOptions::copies_what_waits.
  [[nodiscard]] bool is_inside_message() const;

  /// A message; its first byte is 8-byte aligned. Borrowed for this call.
  virtual void on_message(std::span<const std::byte> message) = 0;
  /// What is to be sent as the next message. Empty: nothing now, output_ready() will say when. It
  /// stays where it is until clear_output(), or the end of the link.
  virtual std::span<const std::byte> output() = 0;
  /// What goes before what output() gave last, in the same message: at most output_head_size_max
  /// bytes. Copied.
  virtual std::span<const std::byte> output_head() { return {}; }
  /// What output() gave last has left. There may be more.
  virtual void clear_output() = 0;
  virtual void on_pong(std::span<const std::byte>) {}
  /// The other end took some of a write that had to wait: it lives.
  virtual void on_progress() {}
  /// This end begins to close the link. For metrics.
  virtual void on_closing(const LinkEnd&) {}
  /// Once; nothing is called afterwards. The link may be freed when it returns.
  virtual void on_end(const LinkEnd& end) = 0;

 private:
  enum class State : std::uint8_t { open, closing, ended };
  /// Half of what a busy page sends in a turn; longer reads go on into the pool's scratch.
  static constexpr std::size_t read_size = 2048;

  void read();
  void on_read(ErrorCode error, std::size_t size);
  void read_on();
  void consume(std::span<const std::byte> received);
  void handle(const WebSocketDecoder::Event& event);
  void on_close_frame(std::span<const std::byte> payload);
  void answer_close();
  void append_control(Opcode opcode, std::span<const std::byte> payload);

  void flush();
  void flush_later();
  [[nodiscard]] bool gather();
  void prepare_message();
  void copy_message();
  void write_rest();
  void on_written(ErrorCode error, std::size_t size);
  void release_output();
  [[nodiscard]] std::size_t output_size() const;
  [[nodiscard]] std::array<boost::asio::const_buffer, 3> output_buffers() const;

  Socket socket_;
  LinkPool& pool_;
  const LinkOptions options_;
  WebSocketDecoder decoder_;
  State state_ = State::open;
  bool reading_ = false;  // an asynchronous read is under way
  bool in_turn_ = false;  // messages are being handled: output leaves afterwards
  bool flush_posted_ = false;
  bool deaf_ = false;  // the other end broke the protocol: its bytes are not looked at
  bool close_received_ = false;
  bool close_gathered_ = false;  // the close frame is on its way, the last thing sent
  bool has_output_ = false;      // output() may have something
  LinkEnd end_;                  // once closing
  std::uint64_t closing_ms_ = 0;

  bool writing_ = false;  // an asynchronous write is under way
  std::array<std::byte, websocket_header_size_max + output_head_size_max> out_header_{};
  std::size_t out_header_size_ = 0;  // with the head of the message
  std::span<const std::byte> out_;   // one message on its way
  wire::Buffer out_copy_;            // of it: a client's, masked, or one that waits
  bool out_cleared_ = false;         // its owner no longer keeps it
  wire::Buffer control_;             // control frames that wait, whole
  wire::Buffer out_control_;         // control frames on their way, behind the message
  std::size_t out_done_ = 0;         // bytes of header, message and control frames that have left

  std::unique_ptr<MaskKeys> masks_;  // a client's
  std::array<std::byte, read_size> received_;
};

}  // namespace cortado::net
