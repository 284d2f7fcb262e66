// SPDX-License-Identifier: Apache-2.0
// Calls that come again by their idempotency key, over sessions that were lost and over HTTP.
// docs/sessions.md.
#include "server/session_test_support.hpp"

namespace cortado::testing {
namespace {

using Outcomes = std::vector<std::string>;

constexpr const char* repeated = "cortado_answers_repeated_total";
constexpr const char* remembered = "cortado_answers_remembered_bytes";

/// {"jsonrpc":"2.0",…} with the key in base64.
std::string keyed_request(std::string_view method, std::string_view params,
                          std::string_view key = "a2V5", std::string_view id = "1") {
  std::string text = json_request(method, params, id);
  text.pop_back();
  return text + R"(,"idempotencyKey":")" + std::string(key) + "\"}";
}

std::string hold_request(std::string_view id = "1") {
  return keyed_request("Probe.hold", R"({"text":"x"})", "a2V5", id);
}

std::string text_of(const std::string& answer) {
  return std::string(json::parse(answer).at("result").at("text").as_string());
}

TEST_CASE("an answer that was lost with its session is given to the next one") {
  TestServer server;
  TestSession lost(server);
  lost.hold("x", "key");
  server.events.wait_for("hold started");
  lost.vanish();
  HttpClient(server).call(json_request("Probe.release"));
  server.events.wait_for("hold over");
  CHECK(metric(server, remembered) > 0);
  TestSession next(server);
  next.hold("x", "key");
  next.receive_outcomes(1);
  CHECK(next.outcomes == Outcomes{"ok"});
  CHECK(server.events.count("hold started") == 1);
  CHECK(metric(server, repeated) == 1);
}

TEST_CASE("it is even when the session has ended") {
  ServerOptions options;
  options.session_grace_ms = 0;
  TestServer server(options);
  TestSession lost(server);
  lost.hold("x", "key");
  server.events.wait_for("hold started");
  HttpClient(server).call(json_request("Probe.release"));
  lost.receive_outcomes(1);
  lost.vanish();
  TestSession next(server);
  next.hold("x", "key");
  next.receive_outcomes(1);
  CHECK(server.events.count("hold started") == 1);
}

TEST_CASE("a call that runs on in a session that was left is joined") {
  TestServer server;
  TestSession lost(server);
  lost.hold("x", "key");
  server.events.wait_for("hold started");
  lost.vanish();
  TestSession next(server);
  next.hold("x", "key");
  HttpClient client(server);
  client.send(HttpClient::request_text("POST", "/rpc", {{"Content-Type", "application/json"}},
                                       hold_request()));
  // Another call in each is answered: the first ones have arrived.
  next.fail(StatusCode::not_found, "another");
  next.receive_outcomes(1);
  while (metric(server, "cortado_calls_in_flight{carrier=\"http\"}") != 1) {
  }
  HttpClient(server).call(json_request("Probe.release"));
  next.receive_outcomes(2);
  CHECK(next.outcomes == Outcomes{"not_found", "ok"});
  CHECK(text_of(client.receive().body()) == "x");
  CHECK(server.events.count("hold started") == 1);
  CHECK(metric(server, repeated) == 2);
}

TEST_CASE("when what was joined is stopped with its session, the next one runs") {
  ServerOptions options;
  options.session_grace_ms = 100;
  TestServer server(options);
  TestSession lost(server);
  lost.hold("x", "key");
  server.events.wait_for("hold started");
  TestSession next(server);
  next.hold("x", "key");
  next.fail(StatusCode::not_found, "another");
  next.receive_outcomes(1);
  CHECK(server.events.count("hold started") == 1);
  lost.vanish();
  server.events.wait_for("hold started", 2);
  CHECK(server.events.count("hold over") == 1);
  HttpClient(server).call(json_request("Probe.release"));
  next.receive_outcomes(2);
  CHECK(next.outcomes == Outcomes{"not_found", "ok"});
}

TEST_CASE("an answer to a frame is given to JSON-RPC, and the other way round") {
  TestServer server;
  TestSession session(server);
  session.hold("x", "key");
  server.events.wait_for("hold started");
  HttpClient client(server);
  client.call(json_request("Probe.release"));
  session.receive_outcomes(1);
  CHECK(text_of(client.call(hold_request())) == "x");
  session.fail(StatusCode::not_found, "error");
  session.receive_outcomes(2);
  const std::string error = client.call(keyed_request("Probe.fail", R"({"code":5})", "ZXJyb3I="));
  CHECK(json::parse(error).at("error").at("data").at("code") == "not_found");
  client.call(keyed_request("Probe.fail", R"({"code":6})", "b3RoZXI="));
  session.fail(StatusCode::already_exists, "other");
  session.receive_outcomes(3);
  CHECK(session.outcomes == Outcomes{"ok", "not_found", "already_exists"});
  CHECK(server.events.count("hold started") == 1);
  CHECK(metric(server, repeated) == 3);
}

TEST_CASE("a batch that has a key twice runs it once, and other params of a key are refused") {
  TestServer server;
  HttpClient client(server);
  client.send(HttpClient::request_text("POST", "/rpc", {{"Content-Type", "application/json"}},
                                       "[" + hold_request("1") + "," + hold_request("2") + "]"));
  server.events.wait_for("hold started");
  HttpClient(server).call(json_request("Probe.release"));
  const json::value answers = json::parse(client.receive().body());
  CHECK(answers.at(0).at("result") == answers.at(1).at("result"));
  CHECK(server.events.count("hold started") == 1);
  const json::value refusal =
      json::parse(client.call(keyed_request("Probe.hold", R"({"text":"y"})")));
  CHECK(refusal.at("error").at("data").at("code") == "invalid_argument");
}

TEST_CASE("an HTTP client that leaves has its joined call run") {
  TestServer server;
  HttpClient gone(server);
  gone.send(HttpClient::request_text("POST", "/rpc", {{"Content-Type", "application/json"}},
                                     hold_request()));
  server.events.wait_for("hold started");
  HttpClient next(server);
  next.send(HttpClient::request_text("POST", "/rpc", {{"Content-Type", "application/json"}},
                                     hold_request()));
  while (metric(server, "cortado_calls_in_flight{carrier=\"http\"}") != 2) {
  }
  gone.close();
  server.events.wait_for("hold started", 2);
  HttpClient(server).call(json_request("Probe.release"));
  CHECK(text_of(next.receive().body()) == "x");
}

TEST_CASE("what is no key is refused") {
  TestServer server;
  HttpClient client(server);
  const std::string long_key(88, 'A');
  for (const std::string& key : {std::string("no base64"), std::string(), long_key}) {
    const json::value answer =
        json::parse(client.call(keyed_request("Arithmetic.getData", "{}", key)));
    CHECK(answer.at("error").at("code") == -32600);
  }
  const std::string longest = std::string(85, 'A') + "A==";
  CHECK(client.call(keyed_request("Arithmetic.getData", "{}", longest)).find("hello") !=
        std::string::npos);
}

TEST_CASE("what clients acknowledge, and leave for good, is not kept") {
  TestServer server;
  TestSession session(server);
  session.fail(StatusCode::not_found, "key");
  session.receive_outcomes(1);
  CHECK(metric(server, remembered) > 0);
  session.close(1000);
  while (metric(server, remembered) != 0) {
  }
  CHECK(metric(server, repeated) == 0);
}

TEST_CASE("answers are forgotten when their time is over") {
  ServerOptions options;
  options.answers_remembered_ms = 20;
  TestServer server(options);
  TestSession session(server);
  session.fail(StatusCode::not_found, "key");
  session.receive_outcomes(1);
  while (metric(server, remembered) != 0) {
  }
  session.fail(StatusCode::not_found, "key");
  session.receive_outcomes(2);
  CHECK(metric(server, repeated) == 0);
}

TEST_CASE("a server may remember nothing") {
  ServerOptions options;
  options.answers_remembered_ms = 0;
  TestServer server(options);
  TestSession session(server);
  for (std::size_t count = 1; count <= 2; ++count) {
    session.fail(StatusCode::not_found, "key");
    session.receive_outcomes(count);
    HttpClient(server).call(keyed_request("Probe.fail", R"({"code":5})"));
  }
  CHECK(metric(server, repeated) == 0);
  CHECK(metric(server, remembered) == 0);
}

TEST_CASE("the bound in bytes holds, and is counted") {
  ServerOptions options;
  options.answers_remembered_size_max = 64 * 1024;
  TestServer server(options);
  HttpClient client(server);
  const std::string params = R"({"text":")" + std::string(2000, 'x') + "\"}";
  for (int number = 100; number < 140; ++number) {
    client.call(keyed_request("Probe.echo", params, std::to_string(number) + "A"));
  }
  CHECK(metric(server, remembered) > 32 * 1024);
  CHECK(metric(server, remembered) <= 64 * 1024);
  const std::string limit = "cortado_limit_hits_total{limit=\"answers_remembered_size_max\"}";
  const double hits = metric(server, limit);
  CHECK(hits > 0);
  CHECK(hits < 40);
}

}  // namespace
}  // namespace cortado::testing
