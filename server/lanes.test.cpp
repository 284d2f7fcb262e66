// SPDX-License-Identifier: Apache-2.0
// One WebSocket that carries several connections: each lane lives and ends by itself, and what is
// wrong with the WebSocket is the end of all. docs/protocol.md, "Lanes".
#include <algorithm>
#include <deque>
#include <thread>

#include "server/lanes_test_support.hpp"

namespace cortado::testing {
namespace {

using Outcomes = std::vector<std::string>;

double limit_hits(const TestServer& server, const std::string& limit) {
  return metric(server, "cortado_limit_hits_total{limit=\"" + limit + "\"}");
}

double sessions_away(const TestServer& server) {
  return metric(server, "cortado_sessions{client=\"away\"}");
}

unsigned refusal_status(const TestServer& server, const std::string& offered) {
  return HttpClient(server)
      .ask("GET", "/rpc", handshake_headers({{"Sec-WebSocket-Protocol", offered}}))
      .result_int();
}

TEST_CASE("lanes are agreed on in the handshake, and only where the server allows them") {
  TestServer server;
  const LanedSocket laned(server);
  const RawWebSocket only_lanes(server, "cortado.v1.lanes", "cortado.v1.lanes");
  const RawWebSocket plain(server);
  ServerOptions options;
  options.lanes_max = 0;
  TestServer without(options);
  const RawWebSocket fallen_back(without, lanes_offered, "cortado.v1");
  CHECK(refusal_status(without, "cortado.v1.lanes") == 400);
}

TEST_CASE("sessions on lanes have one WebSocket, and each its own calls") {
  TestServer server;
  LanedSocket socket(server);
  std::deque<LaneSession> sessions;
  for (int lane = 0; lane < 3; ++lane) sessions.emplace_back(server);
  for (std::uint32_t lane = 0; lane < 3; ++lane) sessions[lane].connect(socket, 2 * lane);
  CHECK(sessions[0].token() != sessions[1].token());
  for (LaneSession& session : sessions) session.hold("x");
  server.events.wait_for("hold started", 3);
  CHECK(metric(server, "cortado_connections{carrier=\"websocket\"}") == 1);
  CHECK(metric(server, "cortado_lanes") == 3);
  CHECK(metric(server, "cortado_sessions{client=\"connected\"}") == 3);
  HttpClient(server).call(json_request("Probe.release"));
  for (LaneSession& session : sessions) {
    session.receive_outcomes(1);
    CHECK(session.outcomes == Outcomes{"ok"});
    CHECK(session.resumed == false);
  }
}

TEST_CASE("a WebSocket without lanes knows no LANE") {
  TestServer server;
  RawWebSocket socket(server);
  std::array<std::byte, wire::lane_header_size> header{};
  wire::write_lane(header, 1);
  socket.send(header);
  CHECK(socket.close_code() == close_code(wire::CloseReason::unexpected_frame));
}

TEST_CASE("a lane that breaks the protocol ends alone") {
  TestServer server;
  LanedSocket socket(server);
  LaneSession good(server);
  LaneSession bad(server);
  good.connect(socket, 1);
  bad.connect(socket, 2);
  bad.call_forever();
  server.events.wait_for("forever started");
  socket.send(2, "\xca\xfe\x01\x0b nonsense of 16");
  CHECK(socket.end_code(2) == close_code(wire::CloseReason::bad_frame_type));
  server.events.wait_for("forever over");
  socket.send(3, "no HELLO");
  CHECK(socket.end_code(3) == close_code(wire::CloseReason::truncated_frame));
  good.hold("x");
  server.events.wait_for("hold started");
  HttpClient(server).call(json_request("Probe.release"));
  good.receive_outcomes(1);
  CHECK(metric(server, "cortado_lanes") == 1);
  CHECK(metric(server, "cortado_sessions{client=\"connected\"}") == 1);
}

TEST_CASE("a LANE that is wrong closes the WebSocket, and sessions wait") {
  TestServer server;
  LanedSocket socket(server);
  LaneSession session(server);
  session.connect(socket, 1);
  session.call_forever();
  server.events.wait_for("forever started");
  wire::Buffer end;
  wire::write_lane_end(end, 1, {1000, "done"});
  const auto bytes = std::as_const(end).content();
  socket.socket.send(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()) +
                     "and more");
  CHECK(socket.socket.close_code() == close_code(wire::CloseReason::unexpected_frame));
  LanedSocket next(server);
  session.connect(next, 1);
  CHECK(session.resumed == true);
  CHECK(server.events.count("forever over") == 0);
}

TEST_CASE("a lane that ends with 1000 ends its session, others leave it waiting") {
  TestServer server;
  LanedSocket socket(server);
  LaneSession first(server);
  LaneSession second(server);
  first.connect(socket, 0);
  second.connect(socket, 1);
  first.call_forever();
  second.hold("x");
  server.events.wait_for("forever started");
  server.events.wait_for("hold started");
  socket.end(0, 1000);
  server.events.wait_for("forever over");
  socket.end(1, 4009);
  second.connect(socket, 2);
  CHECK(second.resumed == true);
  HttpClient(server).call(json_request("Probe.release"));
  second.receive_outcomes(1);
  CHECK(second.outcomes == Outcomes{"ok"});
  CHECK(sessions_away(server) == 0);
}

TEST_CASE("what crosses the end of a lane means nothing, and no number is used twice") {
  TestServer server;
  LanedSocket socket(server);
  LaneSession session(server);
  LaneSession other(server);
  session.connect(socket, 5);
  socket.end(5, 4009);
  socket.send(5, "what was under way");
  socket.end(5, 1000);
  socket.end(9, 1000);
  socket.send(0, "lower than the highest used");
  socket.send(7, "");
  other.connect(socket, 7);
  CHECK(sessions_away(server) == 1);
  CHECK(socket.ended.empty());
}

TEST_CASE("a session that goes on over another lane leaves the one it had") {
  TestServer server;
  LanedSocket socket(server);
  LaneSession session(server);
  session.connect(socket, 1);
  session.hold("x");
  server.events.wait_for("hold started");
  session.connect(socket, 2);
  CHECK(session.resumed == true);
  CHECK(socket.ended[1] == close_code(wire::CloseReason::superseded));
  HttpClient(server).call(json_request("Probe.release"));
  session.receive_outcomes(1);
  CHECK(session.outcomes == Outcomes{"ok"});
}

TEST_CASE("lanes above the bound are refused until one has ended") {
  ServerOptions options;
  options.lanes_max = 2;
  TestServer server(options);
  LanedSocket socket(server);
  LaneSession first(server);
  LaneSession second(server);
  LaneSession third(server);
  first.connect(socket, 0);
  second.connect(socket, 1);
  third.open(socket, 2);
  CHECK(socket.end_code(2) == wire::lane_refused_code);
  CHECK(limit_hits(server, "lanes_max") == 1);
  socket.end(1, 1000);
  third.connect(socket, 3);
  CHECK(third.resumed == false);
}

TEST_CASE("when the WebSocket is lost every session on it waits") {
  TestServer server;
  LanedSocket socket(server);
  LaneSession first(server);
  LaneSession second(server);
  first.connect(socket, 0);
  second.connect(socket, 1);
  first.hold("x");
  second.hold("y");
  server.events.wait_for("hold started", 2);
  socket.socket.vanish();
  LanedSocket next(server);
  second.connect(next, 1);
  LanedSocket another(server);
  first.connect(another, 0);
  CHECK(first.resumed == true);
  CHECK(second.resumed == true);
  HttpClient(server).call(json_request("Probe.release"));
  first.receive_outcomes(1);
  second.receive_outcomes(1);
  CHECK(metric(server, "cortado_lanes") == 2);
}

TEST_CASE("a WebSocket closed with 1000 ends every session on it") {
  TestServer server;
  LanedSocket socket(server);
  LaneSession first(server);
  LaneSession second(server);
  first.connect(socket, 0);
  second.connect(socket, 1);
  first.call_forever();
  second.call_forever();
  server.events.wait_for("forever started", 2);
  socket.socket.send("\x03\xe8", net::Opcode::close);
  server.events.wait_for("forever over", 2);
}

TEST_CASE("lanes send in turns") {
  TestServer server;
  LanedSocket socket(server);
  LaneSession busy(server);
  LaneSession quick(server);
  busy.connect(socket, 1);
  quick.connect(socket, 2);
  const std::string text(1'900'000, 'x');
  busy.hold(text.c_str());
  quick.hold("x");
  server.events.wait_for("hold started", 2);
  quick.follow("what was sent before is read");
  quick.receive_outcomes(1);
  socket.lanes.clear();
  HttpClient(server).call(json_request("Probe.release"));
  busy.receive_outcomes(1);
  quick.receive_outcomes(2);
  const auto answer = std::ranges::find(socket.lanes, 2U);
  CHECK(answer - socket.lanes.begin() < 4);
  CHECK(std::ranges::count(socket.lanes, 1U) > 6);
}

TEST_CASE("a session that is taken away in the middle of its message leaves the others theirs") {
  constexpr int calls = 300;
  ServerOptions options;
  options.session_retained_size_max = 64 * 1024 * 1024;
  TestServer server(options);
  LanedSocket socket(server);
  LaneSession taken(server);
  LaneSession other(server);
  taken.connect(socket, 1);
  other.connect(socket, 2);
  // All answers together are more than any socket's buffer holds, and none is cut and paced.
  const std::string text(60'000, 'x');
  for (int i = 0; i < calls; ++i) taken.hold(text.c_str());
  other.hold("y");
  server.events.wait_for("hold started", calls + 1);
  HttpClient(server).call(json_request("Probe.release"));
  server.events.wait_for("hold over", calls + 1);
  LanedSocket next(server);
  taken.connect(next, 1);
  CHECK(taken.resumed == true);
  taken.receive_outcomes(calls);
  other.receive_outcomes(1);
  CHECK(socket.end_code(1) == close_code(wire::CloseReason::superseded));
  CHECK(other.outcomes == Outcomes{"ok"});
}

TEST_CASE("a WebSocket whose lanes have all ended is closed after a while") {
  ServerOptions options;
  options.header_timeout_ms = 30;
  TestServer server(options);
  LanedSocket socket(server);
  LaneSession session(server);
  session.connect(socket, 1);
  socket.end(1, 1000);
  CHECK(socket.socket.close_code() == close_code(wire::CloseReason::idle));
  CHECK(limit_hits(server, "header_timeout_ms") == 1);
}

TEST_CASE("a lane that is silent is given up, and not the others") {
  ServerOptions options;
  options.ping_interval_ms = 20;
  options.ping_timeout_ms = 20;
  TestServer server(options);
  LanedSocket socket(server);
  LaneSession mute(server);
  LaneSession alive(server);
  mute.connect(socket, 1);
  alive.connect(socket, 2);
  socket.sessions[1] = nullptr;
  CHECK(socket.end_code(1) == close_code(wire::CloseReason::idle));
  CHECK(sessions_away(server) == 1);
  alive.hold("x");
  server.events.wait_for("hold started");
  HttpClient(server).call(json_request("Probe.release"));
  alive.receive_outcomes(1);
}

TEST_CASE("a server that stops says so on every lane, and takes no new one") {
  TestServer server;
  LanedSocket socket(server);
  LaneSession first(server);
  LaneSession second(server);
  LaneSession late(server);
  first.connect(socket, 0);
  second.connect(socket, 1);
  first.call_forever();
  second.call_forever();
  server.events.wait_for("forever started", 2);
  std::thread stopping([&server] { server.server.stop(); });
  socket.receive_until([&] { return first.going_away && second.going_away; });
  late.open(socket, 2);
  CHECK(socket.end_code(2) == 1001);
  socket.end(0, 1000);
  socket.end(1, 1000);
  CHECK(socket.socket.close_code() == 1001);
  CHECK(server.events.count("forever over") == 2);
  socket.socket.vanish();
  stopping.join();
}

}  // namespace
}  // namespace cortado::testing
