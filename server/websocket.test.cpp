// SPDX-License-Identifier: Apache-2.0
// Frames over WebSocket against a real server: handshake, limits, and peers that do wrong.
#include <boost/beast/websocket.hpp>

#include <thread>

#include "server/websocket_test_support.hpp"

namespace cortado::testing {
namespace {

using net::Opcode;
using Outcomes = std::vector<std::string>;

std::string echo_params(const char* text) {
  return params_bytes<Probe::EchoParams>([text](auto params) { params.setText(text); });
}

/// Reads messages until `peer` has so many outcomes.
void receive_outcomes(RawWebSocket& socket, TestPeer& peer, std::size_t count) {
  while (peer.outcomes.size() < count) {
    const auto received = socket.receive();
    REQUIRE(received.has_value());
    if (received->opcode == Opcode::binary) peer.receive(received->payload);
  }
}

unsigned refusal(const Headers& changes, ServerOptions options = {}) {
  TestServer server(std::move(options));
  HttpClient client(server);
  return client.ask("GET", "/rpc", handshake_headers(changes)).result_int();
}

TEST_CASE("a handshake that is not right is refused") {
  CHECK(refusal({}) == 101);
  CHECK(refusal({{"Sec-WebSocket-Version", "8"}}) == 426);
  CHECK(refusal({{"Sec-WebSocket-Key", ""}}) == 400);
  CHECK(refusal({{"Sec-WebSocket-Key", "short"}}) == 400);
  CHECK(refusal({{"Sec-WebSocket-Protocol", ""}}) == 400);
  CHECK(refusal({{"Sec-WebSocket-Protocol", "cortado.v2"}}) == 400);
  CHECK(refusal({{"Upgrade", "h2c"}}) == 405);
  CHECK(refusal({{"Connection", "keep-alive"}}) == 405);
}

TEST_CASE("pages of other sites open no WebSocket unless they are allowed") {
  CHECK(refusal({{"Origin", "http://localhost"}}) == 101);
  CHECK(refusal({{"Origin", "https://evil.example"}}) == 403);
  CHECK(refusal({{"Origin", "null"}}) == 403);
  ServerOptions options;
  options.allowed_origins = {"https://app.example"};
  CHECK(refusal({{"Origin", "https://app.example"}}, options) == 101);
  CHECK(refusal({{"Origin", "https://evil.example"}}, options) == 403);
  options.allowed_origins = {"*"};
  CHECK(refusal({{"Origin", "https://evil.example"}}, options) == 101);
}

TEST_CASE("only /rpc is a WebSocket") {
  TestServer server;
  HttpClient client(server);
  CHECK(client.ask("GET", "/other", handshake_headers()).result_int() == 404);
}

TEST_CASE("calls of one message are answered in one message") {
  TestServer server;
  RawWebSocket socket(server);
  TestPeer peer;
  for (int i = 0; i < 5; ++i) peer.call(interface_id(server), 0, echo_params("x"));
  socket.send(peer.take());
  const auto welcome = socket.receive();
  REQUIRE(welcome.has_value());
  peer.receive(welcome->payload);
  CHECK(peer.outcomes.empty());
  const auto answers = socket.receive();
  REQUIRE(answers.has_value());
  peer.receive(answers->payload);
  CHECK(peer.outcomes == Outcomes(5, "ok"));
  CHECK(peer.calls_in_flight_max == ServerOptions{}.calls_in_flight_max);
}

TEST_CASE("so are calls of many messages that arrive together, whole or in fragments") {
  TestServer server;
  RawWebSocket socket(server);
  TestPeer peer;
  std::string bytes;
  for (int i = 0; i < 5; ++i) {
    peer.call(interface_id(server), 0, echo_params("x"));
    const std::string message = peer.take();
    bytes += RawWebSocket::encode(message.substr(0, 20), Opcode::binary, false);
    bytes += RawWebSocket::encode("are you there", Opcode::ping);
    bytes += RawWebSocket::encode(message.substr(20), Opcode::continuation);
  }
  socket.send_bytes(bytes);
  receive_outcomes(socket, peer, 5);
  CHECK(peer.outcomes == Outcomes(5, "ok"));
}

TEST_CASE("a ping is answered with its payload") {
  TestServer server;
  RawWebSocket socket(server);
  socket.send("are you there", Opcode::ping);
  while (true) {
    const auto received = socket.receive();
    REQUIRE(received.has_value());
    if (received->opcode != Opcode::pong) continue;
    CHECK(received->payload == "are you there");
    break;
  }
}

TEST_CASE("a client of Beast's is understood, and understands") {
  TestServer server;
  asio::io_context context;
  boost::beast::websocket::stream<asio::ip::tcp::socket> stream(context);
  stream.next_layer().connect({asio::ip::make_address("127.0.0.1"), server.server.port()});
  stream.set_option(boost::beast::websocket::stream_base::decorator(
      [](boost::beast::websocket::request_type& request) {
        request.set(http::field::sec_websocket_protocol, wire::subprotocol);
      }));
  stream.handshake("localhost", "/rpc");
  stream.binary(true);
  TestPeer peer;
  const std::string large(100'000, 'y');
  for (const char* text : {"x", large.c_str()}) {
    peer.call(interface_id(server), 0, echo_params(text));
    stream.write(asio::buffer(peer.take()));
  }
  while (peer.outcomes.size() < 2) {
    boost::beast::flat_buffer received;
    stream.read(received);
    peer.receive({static_cast<const char*>(received.data().data()), received.size()});
  }
  CHECK(peer.outcomes == Outcomes{"ok", "ok"});
  stream.close(boost::beast::websocket::close_code::normal);
}

// --- peers that do wrong -------------------------------------------------------------------------

TEST_CASE("what is no WebSocket of binary messages is closed with the reason") {
  TestServer server;
  const auto code_after = [&server](const std::string& bytes) {
    RawWebSocket socket(server);
    socket.send_bytes(bytes);
    return socket.close_code();
  };
  CHECK(code_after(RawWebSocket::encode("text", Opcode::text)) == 1003);
  CHECK(code_after(RawWebSocket::encode("x", Opcode::binary, true, false)) == 1002);
  CHECK(code_after(RawWebSocket::encode("x", Opcode::continuation)) == 1002);
  CHECK(code_after("\x83\x80\x01\x02\x03\x04") == 1002);
  CHECK(code_after(RawWebSocket::encode(std::string("\x03\xe8", 2), Opcode::close)) == 1000);
  CHECK(code_after(RawWebSocket::encode("", Opcode::close)) == 1005);
  CHECK(code_after(RawWebSocket::encode("x", Opcode::close)) == 1002);
  CHECK(code_after(RawWebSocket::encode(std::string("\x03\xee", 2), Opcode::close)) == 1002);
}

TEST_CASE("frames that are wrong close the connection with their reason") {
  TestServer server;
  TestPeer peer;
  peer.call(interface_id(server), 0, echo_params("x"));
  const std::string good = peer.take();
  const auto code_after = [&server](const std::string& message) {
    RawWebSocket socket(server);
    socket.send(message);
    return socket.close_code();
  };
  const auto with = [&good](std::size_t at, char byte) {
    std::string changed = good;
    changed[at] = byte;
    return changed;
  };
  CHECK(code_after(with(0, 'X')) == close_code(wire::CloseReason::bad_magic));
  CHECK(code_after(with(2, 9)) == close_code(wire::CloseReason::bad_version));
  CHECK(code_after(with(3, 0x7f)) == close_code(wire::CloseReason::bad_frame_type));
  CHECK(code_after(good.substr(0, good.size() - 8)) ==
        close_code(wire::CloseReason::truncated_frame));
  CHECK(code_after(good.substr(0, 7)) == close_code(wire::CloseReason::truncated_frame));
  CHECK(code_after(with(15, 0x7f)) == close_code(wire::CloseReason::payload_too_large));
  CHECK(code_after("\xca\xfe" + std::string(6, '\1')) != 0);
}

TEST_CASE("random messages do no harm") {
  TestServer server;
  std::uint32_t state = 99;
  for (std::size_t round = 0; round < 60; ++round) {
    RawWebSocket socket(server);
    std::string noise(round * 13, '\0');
    for (char& byte : noise) {
      state = state * 1664525 + 1013904223;
      byte = static_cast<char>(state >> 24);
    }
    if (noise.size() > 4) noise.replace(0, 3, "\xca\xfe\x01");
    socket.send(noise);
    socket.vanish();
  }
  HttpClient client(server);
  CHECK(client.ask("GET", "/healthz").result_int() == 200);
}

TEST_CASE("a request that cannot be served is answered, and the connection lives on") {
  TestServer server;
  RawWebSocket socket(server);
  TestPeer peer;
  const std::uint64_t probe = interface_id(server);
  const std::string good = echo_params("x");
  peer.call(1234, 0, good);
  peer.call(probe, 999, good);
  peer.call(probe, 0, "12345678");                       // a segment table of nonsense
  peer.call(probe, 0, good.substr(0, good.size() - 8));  // cut short
  peer.call(probe, 0, "");
  std::string wild = good;
  wild[8] = '\xff';  // a root that points far away
  wild[9] = '\xff';
  peer.call(probe, 0, wild);
  peer.call(probe, 0, good);
  socket.send(peer.take());
  receive_outcomes(socket, peer, 7);
  CHECK(peer.outcomes[0].starts_with("unimplemented: "));
  CHECK(peer.outcomes[1].starts_with("unimplemented: "));
  for (std::size_t i = 2; i < 6; ++i) {
    CAPTURE(i);
    CHECK(peer.outcomes[i].starts_with("invalid_argument: "));
  }
  CHECK(peer.outcomes[6] == "ok");
}

TEST_CASE("a list that claims more than there is, and pointers in a loop") {
  TestServer server;
  RawWebSocket socket(server);
  TestPeer peer;
  const auto message = [](std::initializer_list<std::uint64_t> words) {
    std::string bytes(words.size() * 8, '\0');
    std::memcpy(bytes.data(), words.begin(), bytes.size());
    return bytes;
  };
  constexpr std::uint64_t three_words = std::uint64_t{3} << 32;  // one segment of 3 words
  // The root of echo's params has 1 data word and 2 pointers; its text is a list of 2^29 - 1 bytes.
  peer.call(interface_id(server), 0,
            message({three_words, 0x0002'0000'0000'0000, 0xffff'ffff'0000'0001, 0}));
  // The text pointer points back at the root's own place.
  peer.call(interface_id(server), 0,
            message({three_words, 0x0002'0000'0000'0000, 0x0000'0022'ffff'fff9, 0}));
  // A far pointer into a segment that is not there.
  peer.call(interface_id(server), 0, message({three_words, 0x0000'0007'0000'0002, 0, 0}));
  peer.call(interface_id(server), 0, echo_params("x"));
  socket.send(peer.take());
  receive_outcomes(socket, peer, 4);
  CHECK(peer.outcomes[0].starts_with("invalid_argument: "));
  CHECK(peer.outcomes[2].starts_with("invalid_argument: "));
  CHECK(peer.outcomes[3] == "ok");
}

TEST_CASE("a message above the limit is refused by its header") {
  ServerOptions options;
  options.payload_size_max = 1000;
  options.message_size_max = 2000;
  TestServer server(options);
  RawWebSocket socket(server);
  socket.send_bytes(RawWebSocket::encode(std::string(3000, 'x')).substr(0, 8));
  CHECK(socket.close_code() == 1009);
  CHECK(socket.close_reason.find("message_size_max") != std::string::npos);
  HttpClient client(server);
  CHECK(client.ask("GET", "/metrics").body().find("limit=\"message_size_max\"} 1\n") !=
        std::string::npos);
}

// --- time and the end ----------------------------------------------------------------------------

TEST_CASE("a client that is silent is asked for a sign of life, and closed without one") {
  ServerOptions options;
  options.ping_interval_ms = 20;
  options.ping_timeout_ms = 40;
  TestServer server(options);
  RawWebSocket socket(server);
  TestPeer peer;
  socket.send(peer.take());
  bool pinged = false;
  unsigned code = 0;
  while (const auto received = socket.receive()) {
    pinged = pinged || is_ping(*received);
    if (received->opcode != Opcode::close) continue;
    code = code_of(*received);
    break;
  }
  CHECK(pinged);
  CHECK(code == close_code(wire::CloseReason::idle));
  CHECK(metric(server, "cortado_limit_hits_total{limit=\"ping_timeout_ms\"}") == 1);
}

TEST_CASE("a client that answers pings is kept") {
  ServerOptions options;
  options.ping_interval_ms = 10;
  options.ping_timeout_ms = 1'000;
  TestServer server(options);
  RawWebSocket socket(server);
  TestPeer peer;
  socket.send(peer.take());
  for (int pings = 0; pings < 12;) {
    const auto received = socket.receive();
    REQUIRE(received.has_value());
    REQUIRE(received->opcode == Opcode::binary);
    if (is_ping(*received)) ++pings;
    peer.receive(received->payload);
    if (const std::string pong = peer.take(); !pong.empty()) socket.send(pong);
  }
}

TEST_CASE("who opens a WebSocket and says nothing is closed") {
  ServerOptions options;
  options.header_timeout_ms = 20;
  TestServer server(options);
  RawWebSocket socket(server);
  socket.send("");  // an empty message means nothing
  CHECK(socket.close_code() == close_code(wire::CloseReason::idle));
  CHECK(metric(server, "cortado_limit_hits_total{limit=\"header_timeout_ms\"}") == 1);
}

TEST_CASE("a client that does not read what it asked for is given up at a bound") {
  ServerOptions options;
  options.backlog_size_max = 4'000'000;
  TestServer server(options);
  RawWebSocket socket(server);
  TestPeer peer;
  const std::string text(1'000'000, 'x');
  for (int i = 0; i < 30; ++i) {
    peer.call(interface_id(server), 10,
              params_bytes<Probe::HoldParams>([&](auto params) { params.setText(text.c_str()); }));
    socket.send(peer.take());
  }
  server.events.wait_for("hold started", 30);
  HttpClient other(server);
  other.call(json_request("Probe.release"));
  server.events.wait_for("hold over", 30);
  // Said behind what had left, unless that ends in the middle of a message.
  const unsigned code = socket.close_code();
  CHECK((code == close_code(wire::CloseReason::session_lost) || code == 0));
  CHECK(metric(server, "cortado_limit_hits_total{limit=\"backlog_size_max\"}") == 1);
}

TEST_CASE("a client that vanishes in the middle of a call stops its handlers") {
  TestServer server;
  RawWebSocket socket(server);
  TestPeer peer;
  for (int i = 0; i < 3; ++i) {
    peer.call(interface_id(server), 2, params_bytes<Probe::ForeverParams>([](auto) {}));
  }
  socket.send(peer.take());
  server.events.wait_for("forever started", 3);
  socket.vanish();
  server.events.wait_for("forever over", 3);
}

TEST_CASE("a deadline that passes at the server stops the handler and is answered") {
  TestServer server;
  RawWebSocket socket(server);
  TestPeer peer;
  peer.call(interface_id(server), 2, params_bytes<Probe::ForeverParams>([](auto) {}), 20);
  socket.send(peer.take());
  receive_outcomes(socket, peer, 1);
  CHECK(peer.outcomes[0].starts_with("deadline_exceeded: "));
  server.events.wait_for("forever over");
}

TEST_CASE("a server that stops says so, finishes what is in flight, and closes with 1001") {
  TestServer server;
  RawWebSocket socket(server);
  TestPeer peer;
  peer.call(interface_id(server), 1,
            params_bytes<Probe::LaterParams>([](auto params) { params.setMs(40); }));
  socket.send(peer.take());
  server.events.wait_for("later started");
  std::thread stopping([&server] { server.server.stop(); });
  unsigned code = 0;
  while (const auto received = socket.receive()) {
    if (received->opcode == Opcode::binary) peer.receive(received->payload);
    if (received->opcode == Opcode::ping) socket.send(received->payload, Opcode::pong);
    if (received->opcode != Opcode::close) continue;
    code = code_of(*received);
    socket.send(received->payload, Opcode::close);
  }
  stopping.join();
  CHECK(peer.going_away);
  CHECK(peer.outcomes == Outcomes{"ok"});
  CHECK(code == 1001);
}

TEST_CASE("a stopping server does not wait for clients that do not answer") {
  ServerOptions options;
  options.grace_ms = 20;
  TestServer server(options);
  RawWebSocket socket(server);
  TestPeer peer;
  peer.call(interface_id(server), 2, params_bytes<Probe::ForeverParams>([](auto) {}));
  socket.send(peer.take());
  server.events.wait_for("forever started");
  server.server.stop();
  CHECK(server.events.count("forever over") == 1);
  CHECK(socket.close_code() == 1001);
}

}  // namespace
}  // namespace cortado::testing
