// SPDX-License-Identifier: Apache-2.0
// One end of a `cortado.v1` connection. Bytes in, bytes out, time as an argument: it knows no
// socket, clock or Cap'n Proto, so the page, a worker, the server, the native client, the tests
// and the fuzzers all run this same code.
//
// It is symmetric: each end may call and serve. It allots call ids, watches deadlines and credits,
// checks all that arrives, and keeps what is to leave in one buffer, so that all frames of a turn go
// out in one WebSocket message.
//
// Alone it serves one connection that is not expected to get lost (a port, a bus, a test). Where it
// may be, a Session (wire/session.hpp) stands between the peer and its sockets and takes over
// introduce(), receive(), output() and what else is said there to be a peer's alone.
//
// Nothing here allocates from a number the other end sent: memory follows received bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string_view>

#include "wire/buffer.hpp"
#include "wire/envelope.hpp"
#include "wire/protocol.hpp"

namespace cortado::wire {

/// Which end opened the connection. The connector's call ids are odd, the acceptor's even.
enum class Role : std::uint8_t { connector, acceptor };

struct PeerOptions {
  Role role = Role::connector;
  /// Bytes of payload this end takes in one frame; announced to the other end.
  std::uint32_t payload_size_max = wire::payload_size_max;
  /// Calls of the other end this end serves at once; announced to the other end.
  std::uint32_t calls_in_flight_max = wire::calls_in_flight_max;
  /// What the other end may send on one stream, and on all streams and topics together, before it is
  /// consumed: the bounds of what an application keeps when it reads slowly (and one item more). Not
  /// below the protocol's initial credits, or those hold at first.
  Credit stream_window{1024, 262'144};
  Credit connection_window{16'384, 1'048'576};
  /// A number the other end cannot guess, so that it cannot choose ids that fall together in a hash
  /// table. A server draws one; a page, which trusts its server, need not.
  std::uint64_t seed = 0;
};

/// An own call in flight: an index, small and dense, so that a host can keep its side of the call
/// in an array. Valid until the call has ended; then it may be given to another call.
using CallSlot = std::uint32_t;

/// A call's id on the wire. Never used twice in a session. 0 stands for the connection.
using CallId = std::uint64_t;

/// What became of an item.
enum class Sent : std::uint8_t {
  yes,
  /// No credit: nothing was sent; PeerHandler::on_writable() says when to try again.
  blocked,
  /// Larger than the other end takes; nothing was sent.
  too_large,
  /// The call is over, has no stream in this direction, or the stream was ended.
  over,
};

/// Credit in both directions: of one stream, or of all together.
/// Invariant, for items and bytes each: receive + pending + what is not consumed = window.
struct Flow {
  Credit send;     // what this end may still send
  Credit receive;  // what the other end may still send
  Credit pending;  // consumed, or never granted: goes out with the next CREDIT
};

/// What a peer tells its host. Every view is borrowed until the function returns. A handler may
/// call any member function of the peer, but not destroy it.
class PeerHandler {
 public:
  virtual ~PeerHandler() = default;

  /// The other end calls. Answer with respond() or fail(), now or later, exactly once. The header
  /// says whether items come or are wanted; they may be sent from in here on.
  virtual void on_request(CallId id, const RequestView& request) = 0;

  /// A call of the other end is over before it was answered: it was cancelled (`cancelled`), its
  /// time ran out (`deadline_exceeded`), or an item was too large (`resource_exhausted`). Stop working on it; an answer is no longer taken.
  virtual void on_request_dropped(CallId id, StatusCode reason) = 0;

  /// An own call ended well. Its slot is free already: a call made from in here may get it.
  virtual void on_response(CallSlot slot, const ResponseView& response) = 0;

  /// An own call ended badly: the other end said so, its deadline passed, or the connection closed.
  /// Its slot is free already.
  virtual void on_error(CallSlot slot, const ErrorView& error) = 0;

  /// An own call ended because its session was lost (wire/session.hpp); its slot is free already. It
  /// may have run at the other end, or it surely has not: then, or when it is idempotent, it may be
  /// called again from in here. Unless overridden it is an error: `unknown` where it may have run,
  /// else `unavailable`.
  virtual void on_lost(CallSlot slot, bool may_have_run) {
    on_error(slot, {.code = may_have_run ? StatusCode::unknown : StatusCode::unavailable,
                    .message = may_have_run ? "the session was lost: the call may have run"
                                            : "the session was lost before the call was sent"});
  }

  // --- streams; `id` names an own call (Peer::is_own(), Peer::slot_of()) or one of the other end ---

  /// An item arrived. True: it is consumed, and its credit goes back. False: the host keeps a copy,
  /// and says consumed() later.
  [[nodiscard]] virtual bool on_item(CallId /*id*/, std::span<const std::byte> /*item*/) {
    return true;
  }

  /// No more items come, and why; `ok` is a good end. The call itself is not over yet. Not called
  /// where the call ends without it: on_response(), on_error() and on_request_dropped() end its
  /// streams too.
  virtual void on_end(CallId /*id*/, const ErrorView& /*status*/) {}

  /// Items may be sent again after writable() or send_item() said no; once for each time.
  /// Id 0: notify() may be tried again.
  virtual void on_writable(CallId /*id*/) {}

  /// A push on a topic. The result is on_item()'s; where false, say consumed() with id 0.
  [[nodiscard]] virtual bool on_notify(const NotifyView& /*notify*/) { return true; }

  // --- the connection of a peer without a session --------------------------------------------------

  /// The other end introduced itself (HELLO or WELCOME); its limits hold from now on.
  virtual void on_introduced(const HelloView& hello) = 0;

  /// The other end takes no new calls. Those in flight go on.
  virtual void on_goaway(const GoawayView& goaway) = 0;

  /// Answer to ping().
  virtual void on_pong(std::uint64_t token) = 0;
};

class Peer {
 public:
  Peer(const PeerOptions& options, PeerHandler& handler);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  // --- own calls ---------------------------------------------------------------------------

  /// Room for `capacity` bytes of params in the outgoing buffer, 8-byte aligned, where call() will
  /// look for them. Valid until the next member function is called. Asked again for more, it may
  /// move the room; what was written stays in it.
  [[nodiscard]] std::span<std::byte> prepare_params(std::size_t capacity,
                                                    const RequestHeader& header);

  /// Sends a call whose params are the first `params_size` bytes written to prepare_params() with a
  /// header of the same sizes. Nothing was sent when it gives: `resource_exhausted`, the payload
  /// exceeds what the other end takes or too many calls are in flight; `unavailable`, after a
  /// GOAWAY or close(); `invalid_argument`, metadata or key exceed their limit.
  [[nodiscard]] std::expected<CallSlot, StatusCode> call(const RequestHeader& header,
                                                         std::size_t params_size,
                                                         std::uint64_t now_ms);

  /// Gives up an own call: the other end is told, and no handler function will name this slot for
  /// this call again. Does nothing for a slot that is not in flight.
  void cancel(CallSlot slot);

  // --- calls of the other end --------------------------------------------------------------

  /// Bytes of results the other end takes in one answer.
  [[nodiscard]] std::size_t results_size_max() const;

  /// Room for `capacity` bytes of results, 8-byte aligned, as prepare_params().
  [[nodiscard]] std::span<std::byte> prepare_results(std::size_t capacity);

  /// Answers with the first `results_size` bytes written to prepare_results(). False when the call
  /// is no longer in flight (dropped); then nothing is sent. Results larger than the other end
  /// takes are answered with `resource_exhausted` instead.
  bool respond(CallId id, std::size_t results_size);

  /// Answers with a status other than ok. False when the call is no longer in flight.
  bool fail(CallId id, const ErrorView& error);

  // --- streams -----------------------------------------------------------------------------
  // A call's kind says which ends send items besides params and results. All of it works the same
  // for own calls and for calls of the other end. A RESPONSE, an ERROR or a CANCEL ends both streams.

  /// Names an own call in flight.
  [[nodiscard]] CallId id_of(CallSlot slot) const;
  [[nodiscard]] bool is_own(CallId id) const;
  [[nodiscard]] static CallSlot slot_of(CallId own_id);

  /// Bytes of one item the other end takes.
  [[nodiscard]] std::size_t item_size_max() const;

  /// Whether an item may be sent now. When it says no to a stream that this end may send on, it
  /// promises an on_writable(): ask before you encode.
  [[nodiscard]] bool writable(CallId id);

  /// Room for an item of up to `capacity` bytes, as prepare_params().
  [[nodiscard]] std::span<std::byte> prepare_item(std::size_t capacity);

  /// Sends the first `item_size` bytes written to prepare_item().
  [[nodiscard]] Sent send_item(CallId id, std::size_t item_size);

  /// This end sends no more items on this call: half close. A status other than ok tells the other
  /// end that what it got is not all. False where send_item() would say `over`.
  bool end(CallId id, const ErrorView& status = {.code = StatusCode::ok});

  /// Items for which on_item() gave false are consumed: their number, and the sum of their sizes.
  /// Credit goes back to the other end once it is worth a frame. Does nothing for a call that is
  /// over.
  void consumed(CallId id, Credit amount);

  // --- topics ------------------------------------------------------------------------------

  /// Sends a NOTIFY that encode_notify() has made, perhaps once for many peers. It needs credit of
  /// the connection, and the other end's introduction: `blocked` promises on_writable(0). Its payload is at most cut_size. What then becomes of it (dropped, queued,
  /// only the newest kept) is for the host to say.
  [[nodiscard]] Sent notify(std::span<const std::byte> frame);

  // --- the connection, of a peer without a session -----------------------------------------

  /// Introduces this end: HELLO of a connector, WELCOME of an acceptor. The first thing to send on
  /// a new connection; calls may follow at once, without waiting for the other end.
  void introduce();

  void ping(std::uint64_t token);

  /// Announces that this end, an acceptor, takes no new calls; those in flight go on. Requests that
  /// cross it are answered with `unavailable`.
  void goaway(CloseReason reason, std::uint32_t grace_ms, std::string_view message);

  /// Takes one received message of whole frames, its first byte 8-byte aligned; borrowed for this
  /// call only. An error is final: the other end broke the protocol, close the connection with
  /// this reason, then call close().
  [[nodiscard]] std::expected<void, CloseReason> receive(std::span<const std::byte> message,
                                                         std::uint64_t now_ms);

  // --- time --------------------------------------------------------------------------------

  /// Ends what has run out of time.
  void advance(std::uint64_t now_ms);

  /// When advance() has something to do, in the same clock; no_deadline when never.
  [[nodiscard]] std::uint64_t next_deadline_ms() const;
  static constexpr std::uint64_t no_deadline = ~std::uint64_t{0};

  /// The connection is gone for good: every own call ends with `error`, every call of the other end is
  /// dropped as cancelled. Nothing is sent any more.
  void close(const ErrorView& error);

  // --- what is to be sent, by a peer without a session -------------------------------------

  /// Whole frames that wait to leave, as one message. Valid until the next member function.
  [[nodiscard]] std::span<const std::byte> output() const;

  /// What output() showed has left.
  void clear_output();

  /// Takes the waiting frames away, for hosts that send asynchronously, and puts `spare` (emptied)
  /// in their place, so that two buffers serve a connection for ever.
  [[nodiscard]] Buffer take_output(Buffer spare);

  // --- counters ----------------------------------------------------------------------------

  [[nodiscard]] std::size_t own_calls_in_flight() const;
  [[nodiscard]] std::size_t served_calls_in_flight() const;
  /// The credit of all streams and topics together.
  [[nodiscard]] const Flow& connection_flow() const;

 private:
  friend class Session;
  struct State;  // peer_state.hpp
  std::unique_ptr<State> state_;
};

/// Appends a NOTIFY as a whole frame for Peer::notify(). The topic is not above topic_size_max.
void encode_notify(Buffer& out, const NotifyView& notify);

}  // namespace cortado::wire
