// SPDX-License-Identifier: Apache-2.0
// Server streams over HTTP: JSON text sequences, RFC 7464.
#include <string>
#include <vector>

#include "server/test_support.hpp"

namespace cortado::testing {
namespace {

const Headers sequence_headers{{"Content-Type", "application/json"},
                               {"Accept", "application/json-seq"}};

std::string request(std::string_view method, std::string_view params, Headers headers = {}) {
  headers.insert(headers.end(), sequence_headers.begin(), sequence_headers.end());
  return HttpClient::request_text("POST", "/rpc", headers, json_request(method, params));
}

/// The texts of a sequence, each checked to be a record.
std::vector<json::value> records_of(std::string_view body) {
  std::vector<json::value> records;
  while (!body.empty()) {
    REQUIRE(body.front() == '\x1e');
    const std::size_t end = body.find('\n');
    REQUIRE(end != body.npos);
    records.push_back(json::parse(body.substr(1, end - 1)));
    body.remove_prefix(end + 1);
  }
  return records;
}

std::string type_of(const Answer& answer) { return std::string(answer["Content-Type"]); }

/// The status code's name in an error.
std::string code_of(const json::value& answer) {
  return std::string(answer.at("error").at("data").at("code").as_string());
}

TEST_CASE("items come as records, and the last one says that it ended well") {
  TestServer server;
  HttpClient client(server);
  client.send(request("Flow.count", R"({"from":7,"to":9})"));
  const Answer answer = client.receive();
  CHECK(answer.result_int() == 200);
  CHECK(type_of(answer) == "application/json-seq");
  CHECK(answer["Transfer-Encoding"] == "chunked");
  CHECK(answer["Cache-Control"] == "no-store");
  const auto records = records_of(answer.body());
  REQUIRE(records.size() == 3);
  CHECK(records[0] == json::parse(R"({"jsonrpc":"2.0","id":1,"item":{"value":7,"padding":""}})"));
  CHECK(records[1].at("item").at("value") == 8);
  CHECK(records[2] == json::parse(R"({"jsonrpc":"2.0","id":1,"result":{}})"));
  // The connection goes on.
  client.send(request("Flow.count", R"({"to":1})"));
  CHECK(records_of(client.receive().body()).size() == 2);
  CHECK(metric(server, "cortado_calls_total{service=\"Flow\",method=\"count\",code=\"ok\"}") == 2);
}

TEST_CASE("a stream that fails says so in its last record, or at once") {
  TestServer server;
  HttpClient client(server);
  client.send(request("Flow.break", R"({"after":2})"));
  const auto records = records_of(client.receive().body());
  REQUIRE(records.size() == 3);
  CHECK(records[1].at("item").at("value") == 1);
  CHECK(code_of(records[2]) == "aborted");
  client.send(request("Flow.break", R"({"after":0})"));
  const Answer at_once = client.receive();
  CHECK(type_of(at_once) == "application/json");
  CHECK(code_of(json::parse(at_once.body())) == "aborted");
  client.send(request("Flow.count", R"({"to":"many"})"));
  const Answer wrong = client.receive();
  CHECK(type_of(wrong) == "application/json");
  CHECK(code_of(json::parse(wrong.body())) == "invalid_argument");
}

TEST_CASE("a client of HTTP/1.0 gets the records until the connection closes") {
  TestServer server;
  HttpClient client(server);
  std::string text = request("Flow.count", R"({"to":2})");
  text.replace(text.find("HTTP/1.1"), 8, "HTTP/1.0");
  client.send(text);
  const Answer answer = client.receive();
  CHECK(answer["Transfer-Encoding"].empty());
  CHECK(records_of(answer.body()).size() == 3);
  CHECK(client.closed_by_server());
}

TEST_CASE("what HTTP cannot carry is refused with the reason") {
  TestServer server;
  HttpClient client(server);
  const auto refused = [&](const Answer& answer) {
    CHECK(type_of(answer) == "application/json");
    json::value body = json::parse(answer.body());
    if (body.is_array()) body = json::value(body.as_array().at(0));
    CHECK(code_of(body) == "unimplemented");
    return std::string(body.at("error").at("message").as_string());
  };
  const std::string count = json_request("Flow.count", R"({"to":1})");
  CHECK(refused(client.post(count)).find("Accept: application/json-seq") != std::string::npos);
  client.send(HttpClient::request_text("POST", "/rpc", sequence_headers, "[" + count + "]"));
  CHECK(refused(client.receive()).find("alone") != std::string::npos);
  for (const char* method : {"Flow.total", "Flow.chat"}) {
    client.send(request(method, R"({})"));
    CHECK(refused(client.receive()).find("WebSocket") != std::string::npos);
  }
  const Answer got = client.ask("GET", "/rpc/Flow/count", sequence_headers);
  CHECK(got.result_int() == 405);
  CHECK(got.body().find("unimplemented") != std::string::npos);
  // A notification has no answer, and so no stream.
  client.send(HttpClient::request_text("POST", "/rpc", sequence_headers,
                                       json_request("Flow.count", R"({"to":1})", "")));
  CHECK(client.receive().result_int() == 204);
  CHECK(server.events.count("count started") == 0);
  // Calls without streams are answered as ever.
  client.send(request("Arithmetic.getData", R"({})"));
  CHECK(type_of(client.receive()) == "application/json");
}

TEST_CASE("the handler waits for a client that does not read, and is stopped when it leaves") {
  TestServer server;
  HttpClient client(server);
  client.send(request("Flow.count", R"({"padding":10000})"));
  server.events.wait_for("count blocked");
  // Some of it is read, and all of that is there.
  std::string text;
  std::array<char, 65536> piece{};
  while (text.size() < 2'000'000) {
    text.append(piece.data(), client.socket().read_some(asio::buffer(piece)));
  }
  for (int value = 0; value < 100; ++value) {
    CHECK(text.find("\"value\":" + std::to_string(value) + ",") != std::string::npos);
  }
  CHECK(metric(server, "cortado_calls_in_flight{carrier=\"http\"}") == 1);
  client.close();
  server.events.wait_for("count over");
}

TEST_CASE("a policy that drops items makes no handler wait") {
  TestServer server;
  HttpClient client(server);
  client.send(request("Flow.newest", R"({"to":5000,"padding":10000})"));
  server.events.wait_for("newest written");  // 67 MB, and nobody has read
  const auto records = records_of(client.receive().body());
  CHECK(records.size() < 5'000);
  CHECK(records.back().as_object().contains("result"));
  std::vector<std::int64_t> values;
  for (std::size_t i = 0; i + 1 < records.size(); ++i) {
    values.push_back(records[i].at("item").at("value").to_number<std::int64_t>());
  }
  std::ranges::sort(values);
  REQUIRE(values.size() > 10);
  for (std::size_t i = 0; i < 10; ++i) {
    CHECK(values[values.size() - 10 + i] == static_cast<std::int64_t>(4'990 + i));
  }
}

TEST_CASE("a deadline ends a stream with its last record") {
  TestServer server;
  HttpClient client(server);
  client.send(request("Flow.count", R"({"padding":100})", {{"Cortado-Timeout-Ms", "30"}}));
  const auto records = records_of(client.receive().body());
  REQUIRE(records.size() > 1);
  CHECK(code_of(records.back()) == "deadline_exceeded");
  CHECK(server.events.count("count over") == 1);
}

TEST_CASE("a stream that is silent gives signs of life") {
  ServerOptions options;
  options.stream_heartbeat_ms = 5;
  TestServer server(options);
  HttpClient client(server);
  client.send(request("Flow.silence", R"({})"));
  std::string text;
  std::array<char, 4096> piece{};
  const std::string chunk = "2\r\n\x1e\n\r\n";
  while (!text.ends_with(chunk + chunk)) {
    text.append(piece.data(), client.socket().read_some(asio::buffer(piece)));
  }
  CHECK(text.find("application/json-seq") != std::string::npos);
  client.close();
  server.events.wait_for("silence over");
}

TEST_CASE("a stream says what proxies, caches and pages of other origins need to know") {
  ServerOptions options;
  options.allowed_origins = {"https://app.example"};
  TestServer server(options);
  HttpClient client(server);
  client.send(request("Flow.count", R"({"to":1})", {{"Origin", "https://app.example"}}));
  const Answer answer = client.receive();
  CHECK(answer["Access-Control-Allow-Origin"] == "https://app.example");
  CHECK(answer["X-Accel-Buffering"] == "no");
  CHECK(answer["Content-Length"].empty());
  CHECK(answer["Content-Encoding"].empty());
}

TEST_CASE("a server that stops cuts streams when the grace is over") {
  ServerOptions options;
  options.grace_ms = 20;
  TestServer server(options);
  HttpClient client(server);
  client.send(request("Flow.count", R"({"padding":10000})"));
  server.events.wait_for("count blocked");
  server.server.stop();
  CHECK(server.events.count("count over") == 1);
}

}  // namespace
}  // namespace cortado::testing
