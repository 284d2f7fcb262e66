// SPDX-License-Identifier: Apache-2.0
// What outlives a lost connection: a session stands between a peer and the sockets that carry it
// one after the other. It counts reliable frames, keeps those that are not acknowledged (in the
// buffers they were written in), and after a lost connection sends again what the other end missed,
// none twice. Bytes in, bytes out, time as an argument, like the peer; tokens are given to it, as it
// draws no random numbers. The rules on the wire: docs/protocol.md, "Sessions"; what is promised:
// docs/sessions.md.
//
// A host with sockets does this:
//   connector   socket open:  attach()         socket gone: detach(), connect again
//   acceptor    first message: read_hello_of(), find the session by its token, judge(), then
//               attach() and receive(); no session: make one      socket gone: detach()
//   both        message: receive()             timer at next_deadline_ms(): advance()
//               turn over, or socket drained: send output(), then clear_output()
//
// At one time one connection is attached. When a second one comes before the first is known to be
// dead, attach() takes it and the host closes the first, whose messages it feeds to nobody.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string_view>

#include "wire/buffer.hpp"
#include "wire/envelope.hpp"
#include "wire/frame.hpp"
#include "wire/peer.hpp"
#include "wire/protocol.hpp"

namespace cortado::wire {

struct SessionOptions {
  /// Bytes of frames kept for a resumption. While connected, the oldest frames sent are let go when
  /// there are more, and the session cannot be resumed until the other end has acknowledged them.
  /// While not connected, twice as many end the session. 0: no sessions. Above what the other end's
  /// windows let streams send, or a stream at full speed cannot be resumed.
  std::uint32_t retained_size_max = 4'194'304;
  /// For how long a session without a connection waits for the next one.
  std::uint32_t grace_ms = 60'000;
  /// An ACK goes out after so many frames or bytes (at most what the protocol allows), with every
  /// PONG, and, unless it is 0, so long after a frame that was not acknowledged.
  std::uint32_t ack_frames = ack_frames_max;
  std::uint32_t ack_bytes = ack_bytes_max;
  std::uint32_t ack_delay_ms = 0;
  /// When nothing was heard for so long, a PING; 0: never. An acceptor pings often enough for the
  /// boxes on the way (20 s); a connector only when the acceptor's pings stay away (50 s).
  std::uint32_t ping_interval_ms = 0;
  /// When nothing was heard for so long after a PING, the connection is given up.
  std::uint32_t ping_timeout_ms = 10'000;
};

/// What a session tells its host. From inside, any member function of session and peer may be
/// called, but neither destroyed.
class SessionHandler {
 public:
  virtual ~SessionHandler() = default;

  /// The other end introduced itself on the connection attached last. Resumed: everything goes on.
  /// Otherwise the session is a new one; where an old one was to go on, its calls have ended.
  virtual void on_introduced(const HelloView& hello, bool resumed) = 0;

  /// The other end takes no new calls. Those in flight go on; call elsewhere.
  virtual void on_goaway(const GoawayView& goaway) = 0;

  /// Nothing is heard of the other end: close the socket (CloseReason::idle) and detach().
  virtual void on_silent() = 0;

  /// The session is lost: nobody came back in time, or more waits than may. Its calls have ended. An
  /// acceptor's peer is closed with it; a connector's session begins anew with the next attach().
  virtual void on_expired() = 0;
};

/// What a HELLO means to the session whose token it names.
enum class Resumption : std::uint8_t {
  /// attach() and receive().
  possible,
  /// It is older than the connection that is, or was, attached: close it with
  /// CloseReason::superseded and leave the session alone.
  superseded,
  /// Frames it needs are gone: close() the peer, make a new session, attach and receive there.
  impossible,
};

class Session {
 public:
  /// `peer` and `handler` outlive it; the peer has sent nothing yet. `token` names an acceptor's
  /// session: bytes nobody can guess, at most session_token_size_max; a connector's is empty.
  Session(const SessionOptions& options, Peer& peer, SessionHandler& handler,
          std::span<const std::byte> token = {});
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // --- connections -------------------------------------------------------------------------

  /// A connection is open. Takes the place of an earlier one. A connector's output begins with
  /// HELLO, which carries `auth`; where a session is to be resumed nothing else leaves before the
  /// WELCOME.
  void attach(std::uint64_t now_ms, std::span<const std::byte> auth = {});

  /// The connection is gone, or given up. What waits to be sent waits on. Where there is no session
  /// to be resumed all calls end.
  void detach(std::uint64_t now_ms);

  [[nodiscard]] bool is_attached() const { return attached_; }
  /// Whether the other end has introduced itself on this connection.
  [[nodiscard]] bool is_introduced() const { return introduced_; }
  /// Whether a lost connection could be followed by another one, as far as this end knows.
  [[nodiscard]] bool is_resumable() const { return token_size_ != 0; }
  [[nodiscard]] std::span<const std::byte> token() const { return {token_.data(), token_size_}; }

  /// The HELLO at the beginning of an acceptor's first message, which is borrowed; or why the
  /// connection must be closed.
  [[nodiscard]] static std::expected<HelloView, CloseReason> read_hello_of(
      std::span<const std::byte> message);

  /// What to do with a HELLO that carries this session's token.
  [[nodiscard]] Resumption judge(const HelloView& hello) const;

  /// Takes one received message, as Peer::receive(). An error: close the socket with this reason and
  /// detach(). After `session_lost` and `superseded` connect again; after the others the other end
  /// broke the protocol, and nothing it says can be trusted: close() the peer.
  [[nodiscard]] std::expected<void, CloseReason> receive(std::span<const std::byte> message,
                                                         std::uint64_t now_ms);

  // --- what is to be sent ------------------------------------------------------------------

  /// Whether output() has something. It may again at once after clear_output(), as a large payload
  /// leaves piece by piece: send the next when the socket has taken the last.
  [[nodiscard]] bool has_output() const;

  /// Whole frames to be sent as one message, of moderate size; empty when there are none or no
  /// connection is attached. They stay where they are until clear_output(), whatever else is called,
  /// but for detach(), attach(), abandon() and Peer::close(), before which the socket is closed: it
  /// may send from there while the peer works on. (Not under Emscripten: browsers copy, so there it
  /// lasts until the next call.)
  [[nodiscard]] std::span<const std::byte> output();

  /// What output() last gave has left.
  void clear_output();

  /// Bytes that wait to be sent or to be acknowledged. A host that pushes, or takes calls while there
  /// is no connection, looks at it; and one whose other end may be a stranger that asks and does not
  /// read closes the connection when it becomes too much.
  [[nodiscard]] std::size_t backlog_size() const;

  /// Reliable frames that this end has written in the session, those that were sent in parts counted
  /// by their parts; and how many of them have surely arrived. Where there is no session to be resumed
  /// nobody says so.
  [[nodiscard]] std::uint64_t frames_written() const;
  [[nodiscard]] std::uint64_t frames_acknowledged() const;
  /// Whether a frame of this call is so large that it is sent in parts, and not all of them are
  /// among frames_written().
  [[nodiscard]] bool is_apart(CallId id) const;

  // --- time --------------------------------------------------------------------------------

  /// Does what is due, the peer's part included (Peer::advance()).
  void advance(std::uint64_t now_ms);
  /// When advance() has something to do, as Peer::next_deadline_ms(), which is included.
  [[nodiscard]] std::uint64_t next_deadline_ms() const;

  /// Milliseconds of the last PING's way there and back; 0: none yet.
  [[nodiscard]] std::uint32_t round_trip_ms() const { return round_trip_ms_; }

  // --- farewell ----------------------------------------------------------------------------

  /// As Peer::goaway(). GOAWAY is not a reliable frame: say it again in on_introduced() when a client
  /// comes back meanwhile.
  void goaway(CloseReason reason, std::uint32_t grace_ms, std::string_view message);

  /// Gives the connection up, ends every call as lost and forgets the session; a connector's next
  /// attach() begins a new one, an acceptor's peer is closed.
  void abandon();

 private:
  [[nodiscard]] CloseReason take(const Frame& frame, std::uint64_t now_ms);
  [[nodiscard]] CloseReason take_introduction(const Frame& frame);
  [[nodiscard]] CloseReason take_hello(const HelloView& hello);
  [[nodiscard]] CloseReason take_welcome(const HelloView& hello);
  [[nodiscard]] CloseReason take_number(const Frame& frame, std::uint64_t now_ms);
  [[nodiscard]] CloseReason take_goaway(const Frame& frame);

  [[nodiscard]] bool has_token(std::span<const std::byte> token) const;
  void set_token(std::span<const std::byte> token);
  void introduce(std::span<const std::byte> auth, bool resumed);
  void send_number(FrameType type, std::uint64_t number);
  void acknowledge();
  void lose();
  [[nodiscard]] bool has_overflowed() const;
  /// When this end has something to do by itself.
  [[nodiscard]] std::uint64_t own_deadline_ms() const;

  const SessionOptions options_;
  Peer& peer_;
  SessionHandler& handler_;
  const bool is_connector_;

  std::array<std::byte, session_token_size_max> token_{};
  std::uint8_t token_size_ = 0;
  bool attached_ = false;
  bool introduced_ = false;         // the other end has, on this connection
  bool held_back_ = true;           // which frame is to leave next is not known before it has
  bool asked_to_resume_ = false;    // a connector, on this connection
  bool control_in_flight_ = false;  // output() gave control_sending_
  bool silent_ = false;             // the handler knows that nothing is heard
  bool pinged_ = false;             // and nothing was heard since
  std::uint32_t attempt_ = 0;       // of the connection attached last
  std::uint32_t connections_ = 0;   // attached and detached so far
  std::uint32_t round_trip_ms_ = 0;

  std::uint64_t received_ = 0;      // reliable frames, in the session
  std::uint64_t acknowledged_ = 0;  // of them, told the other end
  std::uint64_t unacknowledged_size_ = 0;
  std::uint64_t acknowledge_at_ms_ = Peer::no_deadline;
  // When something was heard or the connection was attached; when a PING was sent, while nothing was
  // heard since; when the connection went.
  std::uint64_t since_ms_ = 0;

  // Frames of the connection, which are not kept and go before all others; and those of them that
  // are on their way.
  Buffer control_;
  Buffer control_sending_;
};

}  // namespace cortado::wire
