// SPDX-License-Identifier: Apache-2.0
// JSON-RPC 2.0 against a real server. The first part tells the examples of the specification's
// section 7 anew, one test each, with methods that have a service's name before them and results
// that are objects.
#include <boost/json/array.hpp>

#include "server/test_support.hpp"

namespace cortado::testing {
namespace {

std::string error_of(std::string_view answer) {
  const json::value value = json::parse(answer);
  const json::object& error = value.at("error").as_object();
  return json::serialize(error.at("code")) + " " + std::string(error.at("message").as_string()) +
         " " + std::string(error.at("data").at("code").as_string()) + " " +
         json::serialize(value.at("id"));
}

TEST_CASE("section 7: rpc call with positional parameters") {
  TestServer server;
  HttpClient client(server);
  CHECK(same_json(client.call(json_request("Arithmetic.subtract", "[42, 23]", "1")),
                  R"({"jsonrpc":"2.0","result":{"difference":19},"id":1})"));
  CHECK(same_json(client.call(json_request("Arithmetic.subtract", "[23, 42]", "2")),
                  R"({"jsonrpc":"2.0","result":{"difference":-19},"id":2})"));
}

TEST_CASE("section 7: rpc call with named parameters") {
  TestServer server;
  HttpClient client(server);
  CHECK(same_json(
      client.call(json_request("Arithmetic.subtract", R"({"subtrahend":23,"minuend":42})", "3")),
      R"({"jsonrpc":"2.0","result":{"difference":19},"id":3})"));
  CHECK(same_json(
      client.call(json_request("Arithmetic.subtract", R"({"minuend":42,"subtrahend":23})", "4")),
      R"({"jsonrpc":"2.0","result":{"difference":19},"id":4})"));
}

TEST_CASE("section 7: a notification") {
  TestServer server;
  HttpClient client(server);
  const Answer answer = client.post(json_request("Arithmetic.update", "[1,2,3,4,5]", ""));
  CHECK(answer.result_int() == 204);
  CHECK(answer.body().empty());
  CHECK(server.events.count("update") == 1);
  // Of a method that does not exist: nothing is answered either.
  CHECK(client.post(json_request("foobar", "", "")).result_int() == 204);
}

TEST_CASE("section 7: rpc call of non-existent method") {
  TestServer server;
  HttpClient client(server);
  CHECK(error_of(client.call(json_request("foobar", "", R"("1")"))) ==
        R"(-32601 Method not found unimplemented "1")");
}

TEST_CASE("section 7: rpc call with invalid JSON") {
  TestServer server;
  HttpClient client(server);
  CHECK(error_of(client.call(R"({"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz])")) ==
        "-32700 Parse error invalid_argument null");
}

TEST_CASE("section 7: rpc call with invalid Request object") {
  TestServer server;
  HttpClient client(server);
  CHECK(error_of(client.call(R"({"jsonrpc": "2.0", "method": 1, "params": "bar"})")) ==
        "-32600 Invalid Request invalid_argument null");
}

TEST_CASE("section 7: rpc call Batch, invalid JSON") {
  TestServer server;
  HttpClient client(server);
  CHECK(error_of(client.call(R"([
    {"jsonrpc": "2.0", "method": "Arithmetic.sum", "params": [1,2,4], "id": "1"},
    {"jsonrpc": "2.0", "method"
  ])")) == "-32700 Parse error invalid_argument null");
}

TEST_CASE("section 7: rpc call with an empty Array") {
  TestServer server;
  HttpClient client(server);
  CHECK(error_of(client.call("[]")) == "-32600 Invalid Request invalid_argument null");
}

/// The errors of a batch's answers; "result" for an answer that has one.
std::vector<std::string> outcomes(const std::string& answer) {
  std::vector<std::string> found;
  const json::value answers = json::parse(answer);
  for (const json::value& member : answers.as_array()) {
    found.push_back(member.as_object().contains("result")
                        ? json::serialize(member.at("result")) + " " +
                              json::serialize(member.at("id"))
                        : error_of(json::serialize(member)));
  }
  return found;
}
using Outcomes = std::vector<std::string>;

TEST_CASE("section 7: rpc call with an invalid Batch (but not empty)") {
  TestServer server;
  HttpClient client(server);
  CHECK(outcomes(client.call("[1]")) == Outcomes{"-32600 Invalid Request invalid_argument null"});
}

TEST_CASE("section 7: rpc call with invalid Batch") {
  TestServer server;
  HttpClient client(server);
  const std::string invalid = "-32600 Invalid Request invalid_argument null";
  CHECK(outcomes(client.call("[1,2,3]")) == Outcomes{invalid, invalid, invalid});
}

TEST_CASE("section 7: rpc call Batch") {
  TestServer server;
  HttpClient client(server);
  CHECK(outcomes(client.call(R"([
    {"jsonrpc": "2.0", "method": "Arithmetic.sum", "params": [1,2,4], "id": "1"},
    {"jsonrpc": "2.0", "method": "Arithmetic.update", "params": [7]},
    {"jsonrpc": "2.0", "method": "Arithmetic.subtract", "params": [42,23], "id": "2"},
    {"foo": "boo"},
    {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
    {"jsonrpc": "2.0", "method": "Arithmetic.getData", "id": "9"}
  ])")) == Outcomes{R"({"total":"7"} "1")", R"({"difference":19} "2")",
                    "-32600 Invalid Request invalid_argument null",
                    R"(-32601 Method not found unimplemented "5")",
                    R"({"text":"hello","number":5} "9")"});
}

TEST_CASE("section 7: rpc call Batch (all notifications)") {
  TestServer server;
  HttpClient client(server);
  const Answer answer = client.post("[" + json_request("Arithmetic.update", "[1,2,4]", "") + "," +
                                    json_request("Arithmetic.update", "[7]", "") + "]");
  CHECK(answer.result_int() == 204);
  CHECK(answer.body().empty());
  CHECK(server.events.count("update") == 2);
}

TEST_CASE("ids come back verbatim") {
  TestServer server;
  HttpClient client(server);
  for (const std::string id :
       {"1.50", "123456789012345678901234567890", "-0", "1e3", "null", R"("")", R"("a\"b")"}) {
    CAPTURE(id);
    const Answer answer = client.post(json_request("Arithmetic.subtract", "[1,1]", id));
    CHECK(answer.body() == R"({"jsonrpc":"2.0","result":{"difference":0},"id":)" + id + "}");
  }
}

TEST_CASE("two requests of one id are two requests") {
  TestServer server;
  HttpClient client(server);
  const std::string twice = json_request("Arithmetic.subtract", "[3,1]", "7");
  CHECK(outcomes(client.call("[" + twice + "," + twice + "]")) ==
        Outcomes{R"({"difference":2} 7)", R"({"difference":2} 7)"});
}

TEST_CASE("wrong params name the member") {
  TestServer server;
  HttpClient client(server);
  const json::value answer =
      json::parse(client.call(json_request("Arithmetic.subtract", R"({"minuend":"many"})")));
  const json::object& error = answer.at("error").as_object();
  CHECK(error.at("code").as_int64() == -32602);
  CHECK(error.at("data").at("code") == "invalid_argument");
  CHECK(error.at("message").as_string().starts_with("minuend: "));
  CHECK(
      error_of(client.call(json_request("Arithmetic.subtract", "[1,2,3]"))).starts_with("-32602"));
  CHECK(error_of(client.call(json_request("Arithmetic.subtract", "[3000000000]")))
            .starts_with("-32602"));
}

TEST_CASE("every status of a handler arrives with its code, message and what else it knows") {
  TestServer server;
  HttpClient client(server);
  for (unsigned number = 1; number <= 16; ++number) {
    const json::value answer = json::parse(client.call(
        json_request("Probe.fail", R"({"code":)" + std::to_string(number) +
                                       R"(,"message":"so \"it\" is","retryAfterMs":250})")));
    const json::object& error = answer.at("error").as_object();
    const json::object& data = error.at("data").as_object();
    CHECK(data.at("code").as_string() == wire::name(static_cast<StatusCode>(number)));
    CHECK(error.at("message") == "so \"it\" is");
    CHECK(data.at("retryAfterMs").as_int64() == 250);
    CHECK(data.contains("details") == (number == 5));
    if (number == 5) CHECK(data.at("details") == "BwcHBwcHBwcHBwcHBwcHBw==");
  }
}

TEST_CASE("what a handler threw unexpectedly is logged and not sent") {
  TestServer server;
  HttpClient client(server);
  const std::string answer = client.call(json_request("Probe.crash"));
  CHECK(error_of(answer) == "-32603 internal error internal 1");
  CHECK(answer.find("secret") == std::string::npos);
  CHECK(server.log().find("service=Probe method=crash what=\"the secret of the handler\"") !=
        std::string::npos);
}

TEST_CASE("data, 64-bit numbers and any text go through unchanged") {
  TestServer server;
  HttpClient client(server);
  const std::string params =
      R"({"text":"é\u0000\"\\\n","data":"AP8Q","number":"9007199254740993"})";
  CHECK(same_json(client.call(json_request("Probe.echo", params)),
                  R"({"jsonrpc":"2.0","result":)" + params + R"(,"id":1})"));
}

TEST_CASE("members of a batch run side by side, answered in order") {
  TestServer server;
  HttpClient client(server);
  // The first would wait for ever if the last ran only after it.
  CHECK(outcomes(client.call("[" + json_request("Probe.hold", R"({"text":"a"})", "1") + "," +
                             json_request("Arithmetic.subtract", "[2,1]", "2") + "," +
                             json_request("Probe.hold", R"({"text":"b"})", "3") + "," +
                             json_request("Probe.hold", R"({"text":"c"})", "") + "," +
                             json_request("Probe.release", "{}", "4") + "]")) ==
        Outcomes{R"({"text":"a"} 1)", R"({"difference":1} 2)", R"({"text":"b"} 3)", "{} 4"});
  server.events.wait_for("hold over", 3);
}

TEST_CASE("a handler that waits on a timer is answered") {
  TestServer server;
  HttpClient client(server);
  CHECK(same_json(client.call(json_request("Probe.later", R"({"ms":2,"text":"at last"})")),
                  R"({"jsonrpc":"2.0","result":{"text":"at last"},"id":1})"));
}

TEST_CASE("a caller's timeout stops the handler, and not its neighbours") {
  TestServer server;
  HttpClient client(server);
  CHECK(outcomes(client.call("[" + json_request("Probe.forever", "{}", "1") + "," +
                                 json_request("Arithmetic.subtract", "[2,1]", "2") + "]",
                             {{"Cortado-Timeout-Ms", "20"}})) ==
        Outcomes{"-32004 the call's time is over deadline_exceeded 1", R"({"difference":1} 2)"});
  CHECK(server.events.count("forever over") == 1);
}

TEST_CASE("the method's own deadline holds where the caller states none") {
  TestServer server;
  HttpClient client(server);
  CHECK(error_of(client.call(json_request("Probe.impatient"))).starts_with("-32004"));
  CHECK(server.events.count("impatient over") == 1);
}

TEST_CASE("timeout, trace and address reach the handler") {
  TestServer server;
  HttpClient client(server);
  CHECK(same_json(
      client.call(json_request("Probe.caller"),
                  {{"Cortado-Timeout-Ms", "5000"},
                   {"traceparent", "00-000102030405060708090a0b0c0d0e0f-0001020304050607-01"}}),
      R"({"jsonrpc":"2.0","result":{"timeoutMs":5000,"traceId":"AAECAwQFBgcICQoLDA0ODw==",)"
      R"("spanId":"AAECAwQFBgc=","flags":1,"carrier":"http","hasAddress":true},"id":1})"));
}

TEST_CASE("a client that leaves in the middle of a call stops the handlers") {
  TestServer server;
  HttpClient client(server);
  client.send(HttpClient::request_text("POST", "/rpc", {{"Content-Type", "application/json"}},
                                       "[" + json_request("Probe.forever", "{}", "1") + "," +
                                           json_request("Probe.forever", "{}", "") + "]"));
  server.events.wait_for("forever started", 2);
  client.close();
  server.events.wait_for("forever over", 2);
}

TEST_CASE("too many calls that wait are refused one by one") {
  ServerOptions options;
  options.calls_in_flight_max = 2;
  TestServer server(options);
  HttpClient client(server);
  const std::string hold = json_request("Probe.hold", R"({"text":"x"})");
  const Outcomes found =
      outcomes(client.call("[" + hold + "," + hold + "," + hold + "," +
                               json_request("Arithmetic.subtract", "[2,1]", "2") + "]",
                           {{"Cortado-Timeout-Ms", "20"}}));
  CHECK(found[0].starts_with("-32004"));
  CHECK(found[1].starts_with("-32004"));
  CHECK(found[2].starts_with("-32008 too many calls in flight"));
  // Everything counts: one that would finish at once cannot be told from one that would not.
  CHECK(found[3].starts_with("-32008"));
}

TEST_CASE("rpc.discover describes the services") {
  TestServer server;
  HttpClient client(server);
  const json::value answer = json::parse(client.call(json_request("rpc.discover", "")));
  const json::value& document = answer.at("result");
  CHECK(document.at("openrpc").as_string().starts_with("1."));
  std::vector<std::string> names;
  for (const json::value& method : document.at("methods").as_array()) {
    names.emplace_back(method.at("name").as_string());
  }
  CHECK(std::ranges::find(names, "Arithmetic.subtract") != names.end());
  CHECK(std::ranges::find(names, "Probe.echo") != names.end());
  CHECK(document.at("components").at("schemas").is_object());
  CHECK(json::parse(client.ask("GET", "/openrpc.json").body()) == document);
}

TEST_CASE("nesting beyond the limit is no JSON to us") {
  TestServer server;
  HttpClient client(server);
  const std::string deep = std::string(5000, '[') + std::string(5000, ']');
  CHECK(error_of(client.call(json_request("Probe.echo", deep))).starts_with("-32700"));
  CHECK(error_of(client.call(std::string(100'000, '['))).starts_with("-32700"));
}

TEST_CASE("many calls of a batch, each answered") {
  TestServer server;
  HttpClient client(server);
  std::string batch = "[";
  for (int i = 0; i < 1000; ++i) {
    if (i > 0) batch += ',';
    batch +=
        json_request("Arithmetic.subtract", "[" + std::to_string(i) + ",1]", std::to_string(i));
  }
  const json::value answers = json::parse(client.call(batch + "]"));
  REQUIRE(answers.as_array().size() == 1000);
  for (int i = 0; i < 1000; ++i) {
    const json::value& answer = answers.at(static_cast<std::size_t>(i));
    REQUIRE(answer.at("id").as_int64() == i);
    REQUIRE(answer.at("result").at("difference").as_int64() == i - 1);
  }
}

}  // namespace
}  // namespace cortado::testing
