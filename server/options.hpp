// SPDX-License-Identifier: Apache-2.0
// What a server can be told. Every limit says its unit and why it is what it is; what hits one is
// counted in /metrics under the limit's name, and the answer names it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/protocol.hpp"

namespace cortado {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

/// A folder served below a path: {"/docs/", "build/docs"}.
struct Mount {
  std::string prefix;
  std::string folder;
};

struct ServerOptions {
  // --- where ---------------------------------------------------------------------------------

  /// Address to listen at. Only this machine by default; "0.0.0.0" or "::" for all networks.
  std::string address = "127.0.0.1";
  /// 0: the system chooses one; Server::port() tells.
  std::uint16_t port = 8080;
  /// How the program's user chooses another port, "--port", for the message when one is in use.
  std::string port_option;

  // --- what ----------------------------------------------------------------------------------

  /// Folder served at "/"; empty: none.
  std::string static_root;
  /// More folders; the longest prefix wins.
  std::vector<Mount> mounts;
  /// Static files carry COOP same-origin, COEP require-corp and CORP same-origin, without which a
  /// page has no SharedArrayBuffer. Off for pages that embed what other sites do not offer for it.
  bool cross_origin_isolation = true;

  // --- who -----------------------------------------------------------------------------------

  /// Origins of other sites whose pages may call: "https://app.example.com"; "*": every site.
  /// Pages of this server may always call.
  std::vector<std::string> allowed_origins;

  // --- limits --------------------------------------------------------------------------------

  /// Bytes of an HTTP request's head. Twice what browsers with many cookies send.
  std::size_t header_size_max = 16 * 1024;
  /// Milliseconds from a request's first byte (or the connect) to the end of its head: a client
  /// that dribbles holds a connection no longer.
  std::uint32_t header_timeout_ms = 10'000;
  /// Bytes of an HTTP request's body. Parsed JSON takes up to ten times its text.
  std::size_t body_size_max = 4 * 1024 * 1024;
  /// Milliseconds for the whole body: body_size_max at 1 Mbit/s.
  std::uint32_t body_timeout_ms = 30'000;
  /// Depth of JSON: what a Cap'n Proto reader follows, too.
  std::size_t json_depth_max = wire::reader_nesting_max;
  /// Bytes of one frame's payload, announced to clients.
  std::uint32_t payload_size_max = wire::payload_size_max;
  /// Bytes of one WebSocket message: several calls of the largest kind.
  std::size_t message_size_max = std::size_t{2} * wire::payload_size_max;
  /// Calls one connection may have in flight. A call that waits keeps 1 to 2 KiB and its params.
  std::uint32_t calls_in_flight_max = 4096;
  /// Tabs of a browser that may share one WebSocket, each with its own session and its own calls in
  /// flight: more than people keep open, and few enough to wait for each other. 0: none share.
  std::size_t lanes_max = wire::lanes_max;
  /// Connections, of all kinds. More are answered 503. Each takes a file descriptor.
  std::size_t connections_max = 10'000;
  /// Milliseconds without a byte between the requests of an HTTP connection after which it is closed;
  /// also how long a write of it may stand still.
  std::uint32_t idle_timeout_ms = 60'000;

  /// Milliseconds of silence in an answer that streams after which it gives a sign of life: proxies
  /// close what is silent for 30 s or more. 0: never.
  std::uint32_t stream_heartbeat_ms = 15'000;

  // --- limits of sessions (docs/sessions.md) ---------------------------------------------------

  /// Milliseconds of silence after which a client is asked for a sign of life (PING). Proxies close
  /// connections that are silent for 30 s or more. 0: never.
  std::uint32_t ping_interval_ms = 20'000;
  /// Milliseconds of silence after that at which its WebSocket is given up: several round trips of a
  /// bad mobile network. A client that takes some of what is sent is not silent.
  std::uint32_t ping_timeout_ms = 10'000;
  /// Milliseconds a session waits for its client to come back: time to change networks, or to reload
  /// a proxy. 0: no sessions; what is in flight ends with its connection.
  std::uint32_t session_grace_ms = 60'000;
  /// Bytes of a session kept to be sent again, until the client has acknowledged them. More than a
  /// client's windows let streams send (1 MiB), or one at full speed could not be resumed. A session
  /// whose client is away ends when twice as much waits for it.
  std::uint32_t session_retained_size_max = 4 * 1024 * 1024;
  /// Sessions without a connection. More: the one that waits longest ends. One that has nothing in
  /// flight takes 2 to 4 KiB, and what its client had not acknowledged.
  std::size_t sessions_away_max = 10'000;
  /// Bytes that all of them together keep for their clients; above it the same happens.
  std::size_t sessions_away_size_max = 256 * 1024 * 1024;
  /// Bytes that wait for one connected client. Its requests are not read while it does not read their
  /// answers, so only calls it had in flight before, and what handlers send by themselves, come so
  /// far: its session ends. Room for a few answers of payload_size_max.
  std::size_t backlog_size_max = std::size_t{4} * wire::payload_size_max;
  /// Topics one client may be subscribed to. Each takes about 100 bytes, and while the client reads
  /// too slowly shares in the newest message of the topic.
  std::size_t subscriptions_max = 1'000;

  // --- limits of what is remembered (docs/sessions.md) -----------------------------------------

  /// Milliseconds that the answer to a call with an idempotency key is remembered, when its client has
  /// not acknowledged it. A client that lost its session asks again as soon as it is connected: it may
  /// have been away for session_grace_ms, and then waits up to 30 s between attempts. 0: nothing is
  /// remembered, and such calls run again.
  std::uint32_t answers_remembered_ms = 120'000;
  /// Bytes of all answers remembered; above it the oldest go first. One takes about 300 bytes and its
  /// results, and a busy client leaves up to 256 unacknowledged: room for the answers of some 1,000 of
  /// them. An answer above a sixteenth of it is not remembered, nor more than that for one session.
  std::size_t answers_remembered_size_max = 64 * 1024 * 1024;

  // --- the end -------------------------------------------------------------------------------

  /// Milliseconds that calls in flight are given when the server stops.
  std::uint32_t grace_ms = 5'000;

  // --- how -----------------------------------------------------------------------------------

  /// Takes each log line, without its end. Empty: standard error. Called on the server's thread.
  std::function<void(LogLevel level, std::string_view line)> log;
  /// Lines below are not made.
  LogLevel log_level = LogLevel::info;
};

}  // namespace cortado
