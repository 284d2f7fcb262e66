// SPDX-License-Identifier: Apache-2.0
// Reading and refusing JSON-RPC requests, before any method is called.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>

#include <string>

#include "server/json_error.hpp"
#include "server/json_parser.hpp"
#include "server/json_request.hpp"

namespace cortado::server {
namespace {

/// The id of request `index` in `body`, as it will be answered; the problem where there is one.
std::string id_of(JsonParser& parser, std::string_view body, std::size_t index = 0) {
  const boost::json::value* const value = parser.parse(body);
  if (value == nullptr) return "no JSON";
  const boost::json::value& request = value->is_array() ? value->get_array()[index] : *value;
  const JsonRequest read = read_request(request, parser.number_id(index));
  return read.problem.empty() ? read.id : read.id + " " + std::string(read.problem);
}

std::string single(std::string_view id) {
  return R"({"jsonrpc":"2.0","method":"a.b","id":)" + std::string(id) + "}";
}

TEST_CASE("ids come back as they were written") {
  JsonParser parser(64);
  for (const std::string id :
       {"1", "0", "-1", "-0", "1.0", "1.50", "1e3", "1E+3", "2.5e-300", "18446744073709551615",
        "9223372036854775808", "123456789012345678901234567890",
        "0.1000000000000000055511151231257827", "null", R"("a")", R"("")", R"("1")",
        "\"\xc3\xa9\""}) {
    CAPTURE(id);
    CHECK(id_of(parser, single(id)) == id);
  }
  CHECK(id_of(parser, single(R"("\u0041\"\n")")) == R"("A\"\n")");
}

TEST_CASE("ids of a batch belong to their requests") {
  JsonParser parser(64);
  const std::string batch = R"([{"jsonrpc":"2.0","method":"a.b","params":{"id":7.70},"id":1.10},)"
                            R"(3.30, {"jsonrpc":"2.0","method":"a.b"}, [1.5, {"id": 4.40}],)"
                            R"({"id":2.20,"jsonrpc":"2.0","method":"a.b","params":[{"id":8.80}]},)"
                            R"({"id":1.00,"jsonrpc":"2.0","method":"a.b","id":5.50},)"
                            R"({"id":1.00,"jsonrpc":"2.0","method":"a.b","id":"x"}])";
  CHECK(id_of(parser, batch, 0) == "1.10");
  CHECK(id_of(parser, batch, 1) == "null a request is an object");
  CHECK(id_of(parser, batch, 2) == "");
  CHECK(id_of(parser, batch, 3) == "null a request is an object");
  CHECK(id_of(parser, batch, 4) == "2.20");
  CHECK(id_of(parser, batch, 5) == "5.50");  // of two ids the last
  CHECK(id_of(parser, batch, 6) == "\"x\"");
}

TEST_CASE("a key written with escapes is a key") {
  JsonParser parser(64);
  CHECK(id_of(parser, R"({"jsonrpc":"2.0","method":"a.b","\u0069d":5})") == "5");
}

TEST_CASE("what is no request says why") {
  JsonParser parser(64);
  CHECK(id_of(parser, R"({"method":"a.b","id":1})") == "1 jsonrpc must be \"2.0\"");
  CHECK(id_of(parser, R"({"jsonrpc":2.0,"method":"a.b","id":1})") == "1 jsonrpc must be \"2.0\"");
  CHECK(id_of(parser, R"({"jsonrpc":"2.0","method":1})") == "null method must be a string");
  CHECK(id_of(parser, R"({"jsonrpc":"2.0","method":"a.b","params":"bar"})") ==
        "null params must be an object or an array");
  CHECK(id_of(parser, R"({"jsonrpc":"2.0","method":"a.b","id":{}})") ==
        "null id must be a string, a number or null");
  CHECK(id_of(parser, R"({"jsonrpc":"2.0","method":"a.b","id":true})") ==
        "null id must be a string, a number or null");
  CHECK(id_of(parser, R"("text")") == "null a request is an object");
}

TEST_CASE("what is no JSON is told, and the parser goes on") {
  JsonParser parser(8);
  for (const std::string body : {"", " ", "{", "}", "[1,", "{\"a\":}", "nul", "{} {}", "{}x",
                                 "\xff", "{\"a\":\"\xc3\"}", "[1,]", "// no\n{}", "NaN", "01"}) {
    CAPTURE(body);
    CHECK(parser.parse(body) == nullptr);
    CHECK(!parser.problem().empty());
  }
  CHECK(id_of(parser, single("1")) == "1");
  CHECK(parser.parse(std::string(11, '[') + std::string(11, ']')) != nullptr);
  CHECK(parser.parse(std::string(12, '[') + std::string(12, ']')) == nullptr);
}

TEST_CASE("values are what they were written as") {
  JsonParser parser(64);
  const boost::json::value* const value =
      parser.parse(R"({"a":0.1,"b":18446744073709551615,"c":-9223372036854775808,"d":1e400})");
  // 1e400 is no double: whether it is refused or infinite is Boost.JSON's choice, not a crash.
  if (value != nullptr) CHECK(value->at("a").as_double() == 0.1);
  const boost::json::value* const precise = parser.parse("[2.2250738585072011e-308, 0.3]");
  REQUIRE(precise != nullptr);
  CHECK(precise->at(0).as_double() == 2.2250738585072011e-308);
  CHECK(precise->at(1).as_double() == 0.3);
}

TEST_CASE("errors in the form of JSON-RPC") {
  std::string out;
  append_error(
      out,
      {StatusCode::not_found, "no \"ACME\"", 1500, {std::byte{1}, std::byte{2}, std::byte{3}}});
  CHECK(out == R"({"code":-32005,"message":"no \"ACME\"","data":{"code":"not_found",)"
               R"("retryAfterMs":1500,"details":"AQID"}})");
  out.clear();
  append_error_answer(out, JsonRpcError::parse_error, "why", "null");
  CHECK(out == R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error",)"
               R"("data":{"code":"invalid_argument","reason":"why"}},"id":null})");
}

TEST_CASE("every status has its own code, and a status of HTTP") {
  for (unsigned a = 1; a <= 16; ++a) {
    const auto code = static_cast<StatusCode>(a);
    CHECK(http_status(code) >= 400);
    for (unsigned b = a + 1; b <= 16; ++b) {
      CHECK(json_rpc_code(code) != json_rpc_code(static_cast<StatusCode>(b)));
    }
  }
  CHECK(json_rpc_code(StatusCode::invalid_argument) == -32602);
  CHECK(json_rpc_code(StatusCode::unimplemented) == -32601);
  CHECK(json_rpc_code(StatusCode::internal) == -32603);
  CHECK(json_rpc_code(StatusCode::unauthenticated) == -32016);
}

}  // namespace
}  // namespace cortado::server
