// SPDX-License-Identifier: Apache-2.0
// HTTP against a real server: what well-behaved clients see besides calls.
#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "server/test_support.hpp"

namespace cortado::testing {
namespace {

TEST_CASE("health, and metrics that count") {
  TestServer server;
  HttpClient client(server);
  CHECK(client.ask("GET", "/healthz").body() == "ok\n");
  client.call(json_request("Arithmetic.subtract", "[1,2]"));
  client.call(json_request("Arithmetic.subtract", "[1,2]"));
  client.call(json_request("Probe.crash"));
  client.call(json_request("No.such"));
  const Answer answer = client.ask("GET", "/metrics");
  CHECK(answer[http::field::content_type].starts_with("text/plain; version=0.0.4"));
  for (const std::string line : {
           R"(cortado_calls_total{service="Arithmetic",method="subtract",code="ok"} 2)",
           R"(cortado_calls_total{service="Probe",method="crash",code="internal"} 1)",
           R"(cortado_calls_total{service="unknown",method="unknown",code="unimplemented"} 1)",
           R"(cortado_call_duration_seconds_count{service="Arithmetic",method="subtract"} 2)",
           R"(cortado_connections{carrier="http"} 1)",
           R"(cortado_http_responses_total{status="200"} 5)",
       }) {
    CAPTURE(line);
    CHECK(answer.body().find(line + "\n") != std::string::npos);
  }
}

TEST_CASE("requests sent without waiting are answered in order, also when one waits") {
  TestServer server;
  HttpClient client(server);
  const auto post = [](std::string_view body) {
    return HttpClient::request_text("POST", "/rpc", {{"Content-Type", "application/json"}}, body);
  };
  client.send(post(json_request("Arithmetic.subtract", "[1,0]", "1")) +
              post(json_request("Probe.later", R"({"ms":2})", "2")) +
              post(json_request("Arithmetic.subtract", "[3,0]", "3")) +
              HttpClient::request_text("GET", "/healthz", {}, ""));
  for (int id = 1; id <= 3; ++id) {
    CHECK(json::parse(client.receive().body()).at("id").as_int64() == id);
  }
  CHECK(client.receive().body() == "ok\n");
}

TEST_CASE("a request cut anywhere is put together") {
  TestServer server;
  const std::string request =
      HttpClient::request_text("POST", "/rpc", {{"Content-Type", "application/json"}},
                               json_request("Arithmetic.subtract", "[5,1]"));
  HttpClient client(server);
  for (std::size_t cut = 1; cut < request.size(); cut += 7) {
    client.send(request.substr(0, cut));
    client.send(request.substr(cut));
    CHECK(client.receive().body() == R"({"jsonrpc":"2.0","result":{"difference":4},"id":1})");
  }
}

TEST_CASE("a chunked body, and one that waits for permission") {
  TestServer server;
  HttpClient client(server);
  client.send(
      "POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Type: application/json; charset=utf-8\r\n"
      "Transfer-Encoding: chunked\r\n\r\n");
  const std::string body = json_request("Arithmetic.subtract", "[5,1]");
  for (const char character : body) client.send(std::string("1\r\n") + character + "\r\n");
  client.send("0\r\n\r\n");
  CHECK(client.receive().result_int() == 200);

  client.send(
      "POST /rpc HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
      "Expect: 100-continue\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n");
  CHECK(client.receive().result_int() == 100);
  client.send(body);
  CHECK(client.receive().result_int() == 200);
}

TEST_CASE("HTTP/1.0 and Connection: close end the connection after the answer") {
  TestServer server;
  HttpClient old(server);
  old.send("GET /healthz HTTP/1.0\r\n\r\n");
  const Answer answer = old.receive();
  CHECK(answer.body() == "ok\n");
  CHECK(answer[http::field::connection] == "close");
  CHECK(old.closed_by_server());
  HttpClient closing(server);
  CHECK(closing.ask("GET", "/healthz", {{"Connection", "close"}}).body() == "ok\n");
  CHECK(closing.closed_by_server());
}

TEST_CASE("what POST /rpc does not take, it refuses in JSON-RPC's form") {
  TestServer server;
  HttpClient client(server);
  const auto check = [](const Answer& answer, unsigned status, const std::string& code) {
    CHECK(answer.result_int() == status);
    CHECK(answer[http::field::content_type] == "application/json");
    const json::value body = json::parse(answer.body());
    CHECK(body.at("jsonrpc") == "2.0");
    CHECK(body.at("id").is_null());
    CHECK(body.at("error").at("data").at("code").as_string() == code);
  };
  const std::string body = json_request("Arithmetic.update");
  for (const std::string type :
       {"text/plain", "application/x-www-form-urlencoded", "application/jsonx"}) {
    HttpClient other(server);
    check(other.ask("POST", "/rpc", {{"Content-Type", type}}, body), 415, "invalid_argument");
  }
  {
    HttpClient other(server);
    check(other.ask("POST", "/rpc", {}, body), 415, "invalid_argument");
  }
  for (const std::string method : {"GET", "PUT", "DELETE", "PATCH"}) {
    HttpClient other(server);
    const Answer answer = other.ask(method, "/rpc");
    check(answer, 405, "unimplemented");
    CHECK(answer[http::field::allow] == "POST, OPTIONS");
  }
  check(client.post(body, {{"Cortado-Timeout-Ms", "soon"}}), 400, "invalid_argument");
  CHECK(server.events.count("update") == 0);
}

TEST_CASE("other paths have their methods") {
  TestServer server;
  for (const std::string path : {"/healthz", "/metrics", "/openrpc.json", "/rpc/Probe/price"}) {
    HttpClient client(server);
    const Answer answer = client.ask("POST", path, {{"Content-Type", "application/json"}}, "{}");
    CHECK(answer.result_int() == 405);
    CHECK(answer[http::field::allow] == "GET, HEAD, OPTIONS");
  }
  HttpClient client(server);
  CHECK(client.ask("GET", "/").result_int() == 404);
  CHECK(client.ask("POST", "/", {}, "x").result_int() == 405);
}

// --- other sites ---------------------------------------------------------------------------------

const Headers from_app{{"Origin", "https://app.example.com"}, {"Host", "api.example.com"}};

TEST_CASE("without an allowed origin, pages of other sites can do nothing") {
  TestServer server;
  HttpClient client(server);
  Headers preflight = from_app;
  preflight.emplace_back("Access-Control-Request-Method", "POST");
  const Answer refused = client.ask("OPTIONS", "/rpc", preflight);
  CHECK(refused.result_int() == 403);
  CHECK(refused.count(http::field::access_control_allow_origin) == 0);
  CHECK(refused.body().find("--allow-origin") != std::string::npos);

  HttpClient poster(server);
  CHECK(poster.post(json_request("Arithmetic.update"), from_app).result_int() == 403);
  CHECK(server.events.count("update") == 0);
  HttpClient getter(server);
  CHECK(getter.ask("GET", "/rpc/Probe/price", from_app).result_int() == 403);
}

TEST_CASE("pages of this server can call") {
  TestServer server;
  HttpClient client(server);
  CHECK(client
            .post(json_request("Arithmetic.update"),
                  {{"Origin", "http://api.example.com:8080"}, {"Host", "api.example.com:8080"}})
            .result_int() == 200);
}

TEST_CASE("an allowed origin may ask, call and read") {
  ServerOptions options;
  options.allowed_origins = {"https://app.example.com"};
  TestServer server(options);
  HttpClient client(server);
  Headers preflight = from_app;
  preflight.emplace_back("Access-Control-Request-Method", "POST");
  preflight.emplace_back("Access-Control-Request-Headers", "content-type,cortado-timeout-ms");
  const Answer allowed = client.ask("OPTIONS", "/rpc", preflight);
  CHECK(allowed.result_int() == 204);
  CHECK(allowed[http::field::access_control_allow_origin] == "https://app.example.com");
  CHECK(allowed[http::field::access_control_allow_methods] == "POST, OPTIONS");
  const std::string headers(allowed[http::field::access_control_allow_headers]);
  for (const std::string header : {"Content-Type", "Cortado-Timeout-Ms", "Traceparent"}) {
    CHECK(headers.find(header) != std::string::npos);
  }
  CHECK(allowed.count(http::field::access_control_max_age) == 1);

  const Answer answer = client.post(json_request("Arithmetic.update"), from_app);
  CHECK(answer.result_int() == 200);
  CHECK(answer[http::field::access_control_allow_origin] == "https://app.example.com");
  CHECK(answer[http::field::vary] == "Origin");
  const Answer got = client.ask("GET", "/rpc/Probe/price", from_app);
  CHECK(got[http::field::access_control_allow_origin] == "https://app.example.com");
  CHECK(got[http::field::access_control_expose_headers].find("ETag") != std::string::npos);
  // Refusals can be read, too.
  HttpClient wrong(server);
  const Answer refused = wrong.ask("PUT", "/rpc", from_app);
  CHECK(refused.result_int() == 405);
  CHECK(refused[http::field::access_control_allow_origin] == "https://app.example.com");
  HttpClient other(server);
  CHECK(other.post(json_request("Arithmetic.update"), {{"Origin", "https://evil.example.com"}})
            .result_int() == 403);
}

TEST_CASE("a star lets every site call") {
  ServerOptions options;
  options.allowed_origins = {"*"};
  TestServer server(options);
  HttpClient client(server);
  const Answer answer = client.post(json_request("Arithmetic.update"), from_app);
  CHECK(answer.result_int() == 200);
  CHECK(answer[http::field::access_control_allow_origin] == "*");
}

// --- files ---------------------------------------------------------------------------------------

TEST_CASE("files of any size arrive whole, in parts, or as headers only") {
  namespace fs = std::filesystem;
  const fs::path folder =
      fs::temp_directory_path() / ("cortado-files-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  std::string content(3'000'000, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 31 >> 3);
  std::ofstream(folder / "big.wasm", std::ios::binary) << content;
  std::ofstream(folder / "empty.txt");
  ServerOptions options;
  options.static_root = folder;
  {
    TestServer server(options);
    HttpClient client(server);
    const Answer whole = client.ask("GET", "/big.wasm");
    CHECK(whole.body() == content);
    CHECK(whole[http::field::content_type] == "application/wasm");
    CHECK(whole["Cross-Origin-Embedder-Policy"] == "require-corp");
    CHECK(whole["X-Content-Type-Options"] == "nosniff");
    const Answer part = client.ask("GET", "/big.wasm", {{"Range", "bytes=100-1000099"}});
    CHECK(part.result_int() == 206);
    CHECK(part.body() == content.substr(100, 1'000'000));
    const Answer head = client.ask("HEAD", "/big.wasm");
    CHECK(head[http::field::content_length] == "3000000");
    CHECK(head.body().empty());
    CHECK(client.ask("GET", "/empty.txt").result_int() == 200);
    CHECK(client.ask("GET", "/big.wasm", {{"If-None-Match", std::string(whole["ETag"])}})
              .result_int() == 304);
    CHECK(client.ask("GET", "/../../etc/passwd").result_int() == 404);
    CHECK(client.ask("GET", "/%2e%2e/%2e%2e/etc/passwd").result_int() == 404);
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace cortado::testing
