// SPDX-License-Identifier: Apache-2.0
// GET /rpc/Service/method against a real server.
#include "server/test_support.hpp"

namespace cortado::testing {
namespace {

std::string error_code(const Answer& answer) {
  return std::string(json::parse(answer.body()).at("data").at("code").as_string());
}

TEST_CASE("an idempotent method is called by GET") {
  TestServer server;
  HttpClient client(server);
  const Answer answer = client.ask(
      "GET", "/rpc/Arithmetic/subtract?params=%7B%22minuend%22%3A42%2C%22subtrahend%22%3A23%7D");
  CHECK(answer.result_int() == 200);
  CHECK(answer[http::field::content_type] == "application/json");
  CHECK(same_json(answer.body(), R"({"difference":19})"));
  CHECK(same_json(client.ask("GET", "/rpc/Arithmetic/subtract?params=[42,23]").body(),
                  R"({"difference":19})"));
  CHECK(same_json(client.ask("GET", "/rpc/Probe/balance").body(), R"({"cents":"42"})"));
}

TEST_CASE("the results have a validator; what the client has is not sent again") {
  TestServer server;
  HttpClient client(server);
  const Answer first = client.ask("GET", "/rpc/Probe/price");
  const std::string etag(first[http::field::etag]);
  CHECK(etag.starts_with('"'));
  const Answer again = client.ask("GET", "/rpc/Probe/price", {{"If-None-Match", etag}});
  CHECK(again.result_int() == 304);
  CHECK(again.body().empty());
  CHECK(again[http::field::etag] == etag);
  CHECK(again[http::field::cache_control] == "public, max-age=60");

  server.probe.price_cents = 1300;
  const Answer changed = client.ask("GET", "/rpc/Probe/price", {{"If-None-Match", etag}});
  CHECK(changed.result_int() == 200);
  CHECK(changed[http::field::etag] != etag);
}

TEST_CASE("Cache-Control says what $cache says") {
  TestServer server;
  HttpClient client(server);
  CHECK(client.ask("GET", "/rpc/Probe/price")[http::field::cache_control] == "public, max-age=60");
  CHECK(client.ask("GET", "/rpc/Probe/balance")[http::field::cache_control] ==
        "private, max-age=5");
  CHECK(client.ask("GET", "/rpc/Probe/echo")[http::field::cache_control] == "no-cache");
}

TEST_CASE("HEAD has the headers of GET and no body") {
  TestServer server;
  HttpClient client(server);
  const Answer got = client.ask("GET", "/rpc/Probe/balance");
  const Answer head = client.ask("HEAD", "/rpc/Probe/balance");
  CHECK(head.result_int() == 200);
  CHECK(head.body().empty());
  CHECK(head[http::field::content_length] == got[http::field::content_length]);
  CHECK(head[http::field::etag] == got[http::field::etag]);
  CHECK(client.ask("GET", "/rpc/Probe/balance").result_int() == 200);
}

TEST_CASE("a method that is not idempotent is not called by GET") {
  TestServer server;
  HttpClient client(server);
  const Answer answer = client.ask("GET", "/rpc/Arithmetic/update?params=[1]");
  CHECK(answer.result_int() == 405);
  CHECK(answer[http::field::allow] == "POST");
  CHECK(error_code(answer) == "unimplemented");
  CHECK(server.events.count("update") == 0);
}

TEST_CASE("errors have the status of their code and are not kept") {
  TestServer server;
  HttpClient client(server);
  const auto fail = [&client](int code) {
    return client.ask("GET", R"(/rpc/Probe/fail?params={"code":)" + std::to_string(code) +
                                 R"(,"message":"m","retryAfterMs":1500})");
  };
  const Answer not_found = fail(5);
  CHECK(not_found.result_int() == 404);
  CHECK(error_code(not_found) == "not_found");
  CHECK(json::parse(not_found.body()).at("code").as_int64() == -32005);
  CHECK(not_found[http::field::cache_control] == "no-store");
  CHECK(not_found[http::field::retry_after] == "2");
  CHECK(fail(3).result_int() == 400);
  CHECK(fail(7).result_int() == 403);
  CHECK(fail(8).result_int() == 429);
  CHECK(fail(14).result_int() == 503);
  CHECK(fail(16).result_int() == 401);
}

TEST_CASE("what does not exist, and what is no params") {
  TestServer server;
  HttpClient client(server);
  for (const std::string path :
       {"/rpc/", "/rpc/Nope/quote", "/rpc/Arithmetic", "/rpc/Arithmetic/", "/rpc/Arithmetic/nope",
        "/rpc/Arithmetic.subtract", "/rpc/Arithmetic/subtract/more", "/rpc/%zz/x", "/rpc//"}) {
    CAPTURE(path);
    const Answer answer = client.ask("GET", path);
    CHECK(answer.result_int() == 404);
    CHECK(error_code(answer) == "unimplemented");
  }
  for (const std::string query : {"params=", "params=%7B", "params=%", "params={} x", "params=5",
                                  R"(params={"minuend":"x"})"}) {
    CAPTURE(query);
    // As the parser wants: no raw space in a target.
    std::string target = "/rpc/Arithmetic/subtract?" + query;
    std::ranges::replace(target, ' ', '+');
    const Answer answer = client.ask("GET", target);
    CHECK(answer.result_int() == 400);
    CHECK(error_code(answer) == "invalid_argument");
  }
}

TEST_CASE("a call by GET waits, times out and is stopped like any other") {
  TestServer server;
  HttpClient client(server);
  CHECK(same_json(client.ask("GET", R"(/rpc/Probe/later?params={"ms":2,"text":"x"})").body(),
                  R"({"text":"x"})"));
  const Answer late = client.ask("GET", R"(/rpc/Probe/later?params={"ms":3600000})",
                                 {{"Cortado-Timeout-Ms", "10"}});
  CHECK(late.result_int() == 504);
  CHECK(error_code(late) == "deadline_exceeded");
  server.events.wait_for("later over", 2);
  client.send(HttpClient::request_text("GET", R"(/rpc/Probe/later?params={"ms":3600000})", {}, ""));
  server.events.wait_for("later started", 3);
  client.close();
  server.events.wait_for("later over", 3);
}

}  // namespace
}  // namespace cortado::testing
