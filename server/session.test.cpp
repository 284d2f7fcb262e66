// SPDX-License-Identifier: Apache-2.0
// Sessions of a real server, whose client loses its WebSockets: what goes on, what ends, what is
// bounded. docs/sessions.md.
#include <thread>

#include "server/session_test_support.hpp"
#include "wire/frame.hpp"

namespace cortado::testing {
namespace {

using Outcomes = std::vector<std::string>;

double limit_hits(const TestServer& server, const std::string& limit) {
  return metric(server, "cortado_limit_hits_total{limit=\"" + limit + "\"}");
}

TEST_CASE("a call in flight is answered on the next connection, and once") {
  TestServer server;
  TestSession session(server);
  CHECK(session.resumed == false);
  session.hold("x");
  server.events.wait_for("hold started");
  session.vanish();
  session.connect();
  CHECK(session.resumed == true);
  CHECK(server.events.count("hold over") == 0);
  HttpClient(server).call(json_request("Probe.release"));
  session.receive_outcomes(1);
  CHECK(metric(server, "cortado_sessions_resumed_total") == 1);
  CHECK(metric(server, "cortado_sessions{client=\"connected\"}") == 1);
  CHECK(metric(server, "cortado_sessions{client=\"away\"}") == 0);
  session.vanish();
  session.connect();
  CHECK(session.outcomes == Outcomes{"ok"});
  CHECK(server.events.count("hold started") == 1);
}

TEST_CASE("an answer that found nobody waits for the client") {
  TestServer server;
  TestSession session(server);
  session.hold("x");
  server.events.wait_for("hold started");
  session.vanish();
  HttpClient(server).call(json_request("Probe.release"));
  server.events.wait_for("hold over");
  session.connect();
  CHECK(session.resumed == true);
  session.receive_outcomes(1);
  CHECK(session.outcomes == Outcomes{"ok"});
}

TEST_CASE("what a client sent into a connection that was lost is sent again") {
  TestServer server;
  TestSession session(server);
  session.vanish();
  session.hold("made while away");
  session.connect();
  CHECK(session.resumed == true);
  server.events.wait_for("hold started");
  CHECK(server.events.count("hold started") == 1);
}

TEST_CASE("a session whose client does not come back ends, and its handlers are stopped") {
  ServerOptions options;
  options.session_grace_ms = 30;
  TestServer server(options);
  TestSession session(server);
  session.call_forever();
  server.events.wait_for("forever started");
  session.vanish();
  server.events.wait_for("forever over");
  session.connect();
  CHECK(session.resumed == false);
  CHECK(session.outcomes == Outcomes{"unknown"});  // it may have run
  CHECK(limit_hits(server, "session_grace_ms") == 1);
}

TEST_CASE("without grace there are no sessions") {
  ServerOptions options;
  options.session_grace_ms = 0;
  TestServer server(options);
  TestSession session(server);
  CHECK(session.token().empty());
  session.call_forever();
  server.events.wait_for("forever started");
  session.vanish();
  server.events.wait_for("forever over");
}

TEST_CASE("a later connection takes the session, and the earlier one is closed") {
  TestServer server;
  TestSession session(server);
  session.call_forever();
  server.events.wait_for("forever started");
  session.connect();
  CHECK(session.resumed == true);
  CHECK(session.last_socket().close_code() == close_code(wire::CloseReason::superseded));
  session.hold("x");
  server.events.wait_for("hold started");
  HttpClient(server).call(json_request("Probe.release"));
  session.receive_outcomes(1);
  CHECK(server.events.count("forever over") == 0);
}

TEST_CASE("a connection that comes too late is refused, and does no harm") {
  TestServer server;
  TestSession session(server);
  session.vanish();
  session.connect();  // attempt 2
  const std::string token = session.token();
  const wire::HelloView hello{.payload_size_max = 1024,
                              .calls_in_flight_max = 1,
                              .attempt = 1,
                              .session_token = std::as_bytes(std::span(token))};
  wire::Buffer message;
  const std::size_t size = wire::hello_payload_size(hello);
  wire::write_hello(wire::prepare_frame(message, size), hello);
  wire::commit_frame(message, wire::FrameType::hello, 0, size);
  RawWebSocket late(server);
  late.send(message.content());
  CHECK(late.close_code() == close_code(wire::CloseReason::superseded));
  session.hold("x");
  server.events.wait_for("hold started");
}

TEST_CASE("a token that the server does not know begins a new session") {
  TestServer server;
  TestSession session(server);
  const std::string unknown = session.token();
  TestServer another;
  const wire::HelloView hello{.payload_size_max = 1024,
                              .calls_in_flight_max = 1,
                              .frames_received = 7,
                              .attempt = 3,
                              .session_token = std::as_bytes(std::span(unknown))};
  wire::Buffer message;
  const std::size_t size = wire::hello_payload_size(hello);
  wire::write_hello(wire::prepare_frame(message, size), hello);
  wire::commit_frame(message, wire::FrameType::hello, 0, size);
  RawWebSocket socket(another);
  socket.send(message.content());
  const auto welcome = socket.receive();
  REQUIRE(welcome.has_value());
  REQUIRE(welcome->payload.size() > wire::frame_header_size);
  wire::Buffer aligned;
  std::memcpy(aligned.prepare(welcome->payload.size()).data(), welcome->payload.data(),
              welcome->payload.size());
  aligned.commit(welcome->payload.size());
  wire::HelloView answer;
  REQUIRE(wire::read(std::as_const(aligned).content().subspan(wire::frame_header_size), answer));
  CHECK(!answer.resumed);
  CHECK(answer.session_token.size() == 16);
  CHECK(!std::ranges::equal(answer.session_token, std::as_bytes(std::span(unknown))));
}

TEST_CASE("a client that closes with 1000 is done, one that closes otherwise may come back") {
  TestServer server;
  TestSession session(server);
  session.call_forever();
  server.events.wait_for("forever started");
  session.close(0);
  session.connect();
  CHECK(session.resumed == true);
  session.close(4009);
  session.connect();
  CHECK(session.resumed == true);
  CHECK(server.events.count("forever over") == 0);
  session.close(1000);
  server.events.wait_for("forever over");
  session.connect();
  CHECK(session.resumed == false);
}

TEST_CASE("a client that breaks the protocol loses its session") {
  TestServer server;
  TestSession session(server);
  session.call_forever();
  server.events.wait_for("forever started");
  session.socket().send("\xca\xfe\x01\x0b nonsense of 16");
  CHECK(session.socket().close_code() == close_code(wire::CloseReason::bad_frame_type));
  server.events.wait_for("forever over");
  session.connect();
  CHECK(session.resumed == false);
}

// --- bounds --------------------------------------------------------------------------------------

TEST_CASE("of too many sessions that wait the one that waits longest ends") {
  ServerOptions options;
  options.sessions_away_max = 2;
  TestServer server(options);
  std::vector<std::unique_ptr<TestSession>> sessions;
  for (int i = 0; i < 3; ++i) {
    sessions.push_back(std::make_unique<TestSession>(server));
    sessions.back()->call_forever();
    server.events.wait_for("forever started", i + 1);
  }
  for (const auto& session : sessions) {
    session->close(0);  // whose answer says that the server has seen it
  }
  server.events.wait_for("forever over");
  CHECK(limit_hits(server, "sessions_away_max") == 1);
  CHECK(metric(server, "cortado_sessions{client=\"away\"}") == 2);
  sessions[0]->connect();
  CHECK(sessions[0]->resumed == false);
  sessions[2]->connect();
  CHECK(sessions[2]->resumed == true);
}

TEST_CASE("sessions that keep too much for their clients end, the one that waits longest first") {
  ServerOptions options;
  options.sessions_away_size_max = 300'000;
  options.header_timeout_ms = 40;  // what makes the server look often
  TestServer server(options);
  TestSession first(server);
  TestSession second(server);
  first.call_forever();
  server.events.wait_for("forever started", 1);
  const std::string text(200'000, 'x');
  first.hold(text.c_str());
  second.hold(text.c_str());
  server.events.wait_for("hold started", 2);
  first.close(0);
  second.close(0);
  HttpClient(server).call(json_request("Probe.release"));
  server.events.wait_for("forever over");
  CHECK(limit_hits(server, "sessions_away_size_max") == 1);
  first.connect();
  CHECK(first.resumed == false);
  second.connect();
  CHECK(second.resumed == true);
  second.receive_outcomes(1);
  CHECK(second.outcomes == Outcomes{"ok"});
}

TEST_CASE("a session for which too much waits while its client is away ends") {
  ServerOptions options;
  options.session_retained_size_max = 100'000;
  TestServer server(options);
  TestSession session(server);
  session.call_forever();
  server.events.wait_for("forever started");
  const std::string text(300'000, 'x');
  session.hold(text.c_str());
  server.events.wait_for("hold started");
  session.vanish();
  HttpClient(server).call(json_request("Probe.release"));
  server.events.wait_for("forever over");
  CHECK(limit_hits(server, "session_retained_size_max") == 1);
}

// --- the end -------------------------------------------------------------------------------------

TEST_CASE("a server that stops ends sessions without a connection at once") {
  TestServer server;
  TestSession away(server);
  away.call_forever();
  server.events.wait_for("forever started");
  away.close(0);
  server.server.stop();
  CHECK(server.events.count("forever over") == 1);
}

TEST_CASE("a server that stops finishes what is in flight in a session") {
  TestServer server;
  TestSession session(server);
  session.vanish();
  session.connect();
  session.call(1, params_bytes<Probe::LaterParams>([](auto params) { params.setMs(40); }));
  server.events.wait_for("later started");
  std::thread stopping([&server] { server.server.stop(); });
  session.receive_until([&session] { return session.going_away; });
  session.receive_outcomes(1);
  CHECK(session.outcomes == Outcomes{"ok"});
  CHECK(session.socket().close_code() == 1001);
  session.socket().vanish();
  stopping.join();
}

}  // namespace
}  // namespace cortado::testing
