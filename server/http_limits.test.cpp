// SPDX-License-Identifier: Apache-2.0
// HTTP against a real server: bad input, limits, and the end of the server.
#include <csignal>
#include <thread>

#include "server/test_support.hpp"

namespace cortado::testing {
namespace {

/// Counted in /metrics by the limit's name.
void check_limit_hit(const TestServer& server, const std::string& limit, int count = 1) {
  HttpClient client(server);
  const Answer answer = client.ask("GET", "/metrics");
  const std::string line =
      "cortado_limit_hits_total{limit=\"" + limit + "\"} " + std::to_string(count) + "\n";
  CAPTURE(limit);
  CHECK(answer.body().find(line) != std::string::npos);
}

TEST_CASE("what is no HTTP is told so") {
  TestServer server;
  for (const std::string text :
       {"hello\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST /rpc HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST /rpc HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "\x16\x03\x01\x02\r\n\r\n", "GET / HTTP/1.1\r\nX: a\x01\r\n\r\n"}) {
    CAPTURE(text);
    HttpClient client(server);
    client.send(text);
    const Answer answer = client.receive();
    CHECK(answer.result_int() == 400);
    CHECK(client.closed_by_server());
  }
}

TEST_CASE("random bytes do no harm") {
  TestServer server;
  std::uint32_t state = 12345;
  for (int round = 0; round < 50; ++round) {
    HttpClient client(server);
    std::string noise(1 + static_cast<std::size_t>(round) * 37, '\0');
    for (char& byte : noise) {
      state = state * 1664525 + 1013904223;
      byte = static_cast<char>(state >> 24);
    }
    client.send_as_far_as_taken(noise + "\r\n\r\n");
    client.close();
  }
  HttpClient client(server);
  CHECK(client.ask("GET", "/healthz").result_int() == 200);
}

TEST_CASE("a head above the limit") {
  TestServer server;
  HttpClient client(server);
  client.send_as_far_as_taken("GET / HTTP/1.1\r\nCookie: " + std::string(20'000, 'x'));
  const Answer answer = client.receive();
  CHECK(answer.result_int() == 431);
  CHECK(answer.body().find("header_size_max") != std::string::npos);
  check_limit_hit(server, "header_size_max");
}

TEST_CASE("an announced body above the limit is refused before it is sent") {
  TestServer server;
  HttpClient client(server);
  client.send(
      "POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Content-Length: 10000000\r\n\r\n");
  const Answer answer = client.receive();
  CHECK(answer.result_int() == 413);
  const json::value body = json::parse(answer.body());
  CHECK(body.at("error").at("data").at("code") == "resource_exhausted");
  CHECK(body.at("error").at("message") == "the body is larger than 4194304 bytes (body_size_max)");
  check_limit_hit(server, "body_size_max");
}

TEST_CASE("a body of 10 MB is refused, and the client gets to read why") {
  TestServer server;
  const std::string body(10'000'000, ' ');
  HttpClient client(server);
  client.send_as_far_as_taken(
      HttpClient::request_text("POST", "/rpc", {{"Content-Type", "application/json"}}, body));
  CHECK(client.receive().result_int() == 413);

  HttpClient chunked(server);
  chunked.send(
      "POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n");
  chunked.send_as_far_as_taken("989680\r\n" + body + "\r\n0\r\n\r\n");
  CHECK(chunked.receive().result_int() == 413);
  check_limit_hit(server, "body_size_max", 2);
}

TEST_CASE("a body of the largest size is taken") {
  TestServer server;
  HttpClient client(server);
  const std::string call = json_request("Probe.echo", R"({"text":"x"})");
  const std::string body = call + std::string(4 * 1024 * 1024 - call.size(), ' ');
  CHECK(client.post(body).result_int() == 200);
}

TEST_CASE("a head that dribbles runs out of time") {
  ServerOptions options;
  options.header_timeout_ms = 40;
  TestServer server(options);
  HttpClient client(server);
  client.send("GET /healthz HTTP/1.1\r\nHost:");
  const Answer answer = client.receive();
  CHECK(answer.result_int() == 408);
  CHECK(answer.body().find("header_timeout_ms") != std::string::npos);
  CHECK(client.closed_by_server());
  HttpClient silent(server);
  CHECK(silent.receive().result_int() == 408);
  check_limit_hit(server, "header_timeout_ms", 2);
}

TEST_CASE("a body that dribbles runs out of time") {
  ServerOptions options;
  options.body_timeout_ms = 40;
  TestServer server(options);
  HttpClient client(server);
  client.send(
      "POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Content-Length: 100\r\n\r\n{");
  const Answer answer = client.receive();
  CHECK(answer.result_int() == 408);
  CHECK(answer.body().find("body_timeout_ms") != std::string::npos);
  check_limit_hit(server, "body_timeout_ms");
}

TEST_CASE("a connection that asks nothing more is closed") {
  ServerOptions options;
  options.idle_timeout_ms = 40;
  TestServer server(options);
  HttpClient client(server);
  CHECK(client.ask("GET", "/healthz").result_int() == 200);
  CHECK(client.closed_by_server());
  check_limit_hit(server, "idle_timeout_ms");
}

TEST_CASE("a call may take longer than the timeouts of reading") {
  ServerOptions options;
  options.header_timeout_ms = 20;
  options.body_timeout_ms = 20;
  options.idle_timeout_ms = 20;
  TestServer server(options);
  HttpClient client(server);
  CHECK(client.post(json_request("Probe.later", R"({"ms":80})")).result_int() == 200);
}

TEST_CASE("more connections than allowed are told so") {
  ServerOptions options;
  options.connections_max = 2;
  TestServer server(options);
  HttpClient one(server);
  HttpClient two(server);
  CHECK(one.ask("GET", "/healthz").result_int() == 200);
  CHECK(two.ask("GET", "/healthz").result_int() == 200);
  HttpClient three(server);
  const Answer answer = three.post(json_request("Arithmetic.update"));
  CHECK(answer.result_int() == 503);
  CHECK(answer[http::field::retry_after] == "1");
  CHECK(answer.body().find("connections_max") != std::string::npos);
  CHECK(three.closed_by_server());
  CHECK(server.events.count("update") == 0);
  CHECK(one.ask("GET", "/metrics").body().find("limit=\"connections_max\"} 1\n") !=
        std::string::npos);
}

TEST_CASE("a client that does not read its answers does not fill the server's memory") {
  ServerOptions options;
  options.idle_timeout_ms = 60;
  TestServer server(options);
  HttpClient client(server);
  const std::string request = HttpClient::request_text("GET", "/openrpc.json", {}, "");
  std::string many;
  for (int i = 0; i < 2000; ++i) many += request;
  client.send_as_far_as_taken(many);
  // Neither side goes on: the server gives up on it.
  check_limit_hit(server, "header_size_max", 0);
  CHECK(client.closed_by_server());
}

// --- start and end -------------------------------------------------------------------------------

TEST_CASE("a port in use is said, with the cure") {
  TestServer server;
  ServerOptions options;
  options.port = server.server.port();
  options.port_option = "--port";
  std::string log;
  options.log = [&log](LogLevel, std::string_view line) { log += line; };
  Server second(options);
  const auto started = second.start();
  REQUIRE(!started.has_value());
  CHECK(started.error().kind == StartError::Kind::port_in_use);
  const std::string message =
      "port " + std::to_string(options.port) + " is in use: choose another with --port";
  CHECK(started.error().message == message);
  CHECK(Server(options).run() == 1);
  CHECK(log.find(message) != std::string::npos);
}

std::string start_problem(ServerOptions options) {
  options.port = 0;
  options.log = [](LogLevel, std::string_view) {};
  Server server(options);
  const auto started = server.start();
  return started ? "" : started.error().message;
}

TEST_CASE("options that cannot be are refused at the start") {
  ServerOptions options;
  options.address = "example.com";
  CHECK(start_problem(options).starts_with("'example.com' is no IP address"));
  options = {};
  options.allowed_origins = {"example.com"};
  CHECK(start_problem(options).starts_with("'example.com' is no origin"));
  options = {};
  options.static_root = "no/such/folder";
  CHECK(start_problem(options).starts_with("cannot serve 'no/such/folder'"));
  options = {};
  options.message_size_max = 100;
  CHECK(start_problem(options).starts_with("message_size_max"));
  options = {};
  options.address = "192.0.2.1";  // of documentation: no machine has it
  CHECK(start_problem(options).find("no such address") != std::string::npos);
}

TEST_CASE("a service cannot be added twice") {
  ServerOptions options;
  Server server(options);
  Events events;
  ArithmeticHandlers first(events);
  ArithmeticHandlers second(events);
  server.add(first);
  CHECK_THROWS_AS(server.add(second), std::invalid_argument);
}

TEST_CASE("a server that stops finishes what is in flight") {
  TestServer server;
  HttpClient client(server);
  HttpClient idle(server);
  CHECK(idle.ask("GET", "/healthz").result_int() == 200);
  client.send(HttpClient::request_text("POST", "/rpc", {{"Content-Type", "application/json"}},
                                       json_request("Probe.later", R"({"ms":50,"text":"done"})")));
  server.events.wait_for("later started");
  server.server.stop();
  const Answer answer = client.receive();
  CHECK(answer.result_int() == 200);
  CHECK(answer.body().find("done") != std::string::npos);
  CHECK(answer[http::field::connection] == "close");
  CHECK(idle.closed_by_server());
  CHECK_THROWS(HttpClient{server.server.port()});
}

TEST_CASE("what does not finish in the grace time is stopped") {
  ServerOptions options;
  options.grace_ms = 20;
  TestServer server(options);
  HttpClient client(server);
  client.send(HttpClient::request_text("POST", "/rpc", {{"Content-Type", "application/json"}},
                                       json_request("Probe.forever")));
  server.events.wait_for("forever started");
  server.server.stop();
  CHECK(server.events.count("forever over") == 1);
  CHECK(client.closed_by_server());
}

TEST_CASE("SIGTERM ends run() with 0") {
  ServerOptions options;
  options.port = 0;
  Events events;
  std::string log;
  options.log = [&](LogLevel, std::string_view line) {
    log += line;
    if (line.find("event=listening") != std::string::npos) events.note("listening");
  };
  Server server(options);
  int status = -1;
  std::thread thread([&] { status = server.run(); });
  events.wait_for("listening");
  // The handler is set behind the log line: an answer shows that the loop runs.
  CHECK(HttpClient(server.port()).ask("GET", "/healthz").result_int() == 200);
  std::raise(SIGTERM);
  thread.join();
  CHECK(status == 0);
  CHECK(log.find("event=stopped") != std::string::npos);
}

}  // namespace
}  // namespace cortado::testing
