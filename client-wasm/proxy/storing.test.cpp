// SPDX-License-Identifier: Apache-2.0
// RFC 9111, 3: what is stored.
#include "client-wasm/proxy/storing.hpp"

#include <doctest/doctest.h>

#include "client-wasm/proxy/test_host.hpp"

using namespace cortado::proxy;
using namespace cortado::proxy::test;

namespace {

constexpr std::string_view fresh = "cache-control: max-age=3600\n";

Result store(Host& host, const Request& request, const Answer& answer) {
  return host.fetch(request, answer);
}

Reason reason_for(const Answer& answer, const Request& request = {}, std::string_view lines = "") {
  Host host(lines);
  return store(host, request, answer).last_reason;
}

}  // namespace

TEST_CASE("RFC 9111, 3: final statuses with a lifetime are stored, known or not") {
  for (const int status :
       {200, 203, 204, 299, 301, 302, 303, 307, 308, 400, 404, 410, 499, 500, 502, 503, 504, 599}) {
    CAPTURE(status);
    CHECK(is_reused(std::string(fresh), 3, status));
    CHECK_FALSE(is_reused("cache-control: max-age=0\n", 3, status));
  }
}

TEST_CASE("RFC 9111, 3: without a lifetime it depends on the status") {
  CHECK(reason_for({.status = 200}) == Reason::stored);
  CHECK(reason_for({.status = 404}) == Reason::stored);
  CHECK(reason_for({.status = 403}) == Reason::not_cacheable);
  CHECK(reason_for({.status = 500}) == Reason::not_cacheable);
  CHECK(reason_for({.status = 403, .headers = "cache-control: private\n"}) == Reason::stored);
  CHECK(reason_for({.status = 403, .headers = "cache-control: s-maxage=9\n"}) ==
        Reason::not_cacheable);
  CHECK(reason_for({.status = 403, .headers = "expires: 0\n"}) == Reason::stored);
}

TEST_CASE("RFC 9111, 5.2.2.5: no-store, whatever else is said") {
  for (const std::string_view control :
       {"no-store", "No-StOrE", "max-age=10000, no-store", "no-store, max-age=0"}) {
    CAPTURE(control);
    const std::string headers = std::string("cache-control: ").append(control).append("\n");
    CHECK(reason_for({.headers = headers + "expires: " + date(10000) + "\n"}) ==
          Reason::response_no_store);
  }
}

TEST_CASE("RFC 9111, 5.2.2.3: must-understand says when no-store counts") {
  const std::string control = "cache-control: max-age=3600, no-store, must-understand\n";
  CHECK(is_reused(control, 3, 200));
  CHECK(is_reused(control, 3, 404));
  CHECK(reason_for({.status = 599, .headers = control}) == Reason::status_not_understood);
  CHECK(reason_for({.status = 599, .headers = "cache-control: max-age=9, must-understand\n"}) ==
        Reason::status_not_understood);
}

TEST_CASE("RFC 9111, 5.2.1.5: no-store of a request keeps it out, both ways") {
  Host host;
  host.fetch({.headers = std::string(fresh)});
  const Result asked = host.fetch({.headers = "cache-control: no-store\n"}, {.headers = "x: 2\n"});
  CHECK(asked.asked_network);
  CHECK(asked.reason == Reason::request_no_store);
  CHECK(host.fetch({.mode = "no-store"}, {}).reason == Reason::request_no_store);
  // What was stored before is as good as before.
  CHECK(host.fetch({}).header("x") == "-");
  Host empty;
  empty.fetch({.headers = "cache-control: no-store\n"}, {.headers = std::string(fresh)});
  CHECK(empty.stored_count() == 0);
}

TEST_CASE("RFC 9111, 3.3: parts are not stored") {
  CHECK(reason_for(
            {.status = 206, .headers = "cache-control: max-age=9\ncontent-range: bytes 0-9/20\n"},
            {.headers = "range: bytes=0-9\n"}) == Reason::partial_content);
}

TEST_CASE("only answers to GET are stored") {
  CHECK(reason_for({.headers = std::string(fresh)}, {.method = "HEAD"}) == Reason::head_not_stored);
  CHECK(reason_for({.headers = std::string(fresh)}, {.method = "OPTIONS"}, "method *") ==
        Reason::method_not_cached);
  Host host("method *");
  host.fetch({.method = "POST"}, {.headers = std::string(fresh)});
  CHECK(host.stored_count() == 0);
}

TEST_CASE("what a page may not look into, or has from another address, is not stored") {
  CHECK(reason_for({.status = 0, .kind = "opaque"}) == Reason::opaque);
  CHECK(reason_for({.headers = std::string(fresh), .kind = "redirected"}) == Reason::redirected);
}

TEST_CASE(
    "RFC 9111, 3.5: a private cache stores what needs Authorization, if it knows whose it is") {
  const Request request{.headers = "authorization: Bearer x\n"};
  const Answer answer{.headers = "expires: " + date(3600) + "\n"};
  Host nobody;
  CHECK(store(nobody, request, answer).last_reason == Reason::no_identity);
  Host alice;
  CHECK(alice.engine.identify("alice"));
  CHECK(store(alice, request, answer).last_reason == Reason::stored);
  CHECK(alice.fetch(request, {}).is_from_cache);
  CHECK(alice.engine.identify("bob"));
  CHECK_FALSE(alice.fetch(request, {}).is_from_cache);
}

TEST_CASE("RFC 9111, 3.5 and 5.2.2.7: a scope that is public is a shared cache") {
  const Request authorized{.headers = "authorization: Bearer x\n"};
  const auto reason = [&](std::string_view control, const Request& request) {
    return reason_for({.headers = std::string("cache-control: ").append(control).append("\n")},
                      request, "scope public");
  };
  CHECK(reason("max-age=60", authorized) == Reason::private_to_one);
  CHECK(reason("max-age=60, public", authorized) == Reason::stored);
  CHECK(reason("max-age=60, must-revalidate", authorized) == Reason::stored);
  CHECK(reason("max-age=60, s-maxage=60", authorized) == Reason::stored);
  CHECK(reason("max-age=60, private", {}) == Reason::private_to_one);
  CHECK(reason("max-age=60", {}) == Reason::stored);
}

TEST_CASE("RFC 9111, 5.2.2.7: fields that are private to one are not stored for all") {
  const Answer answer{.headers = "cache-control: max-age=60, private=\"a, B\"\na: 1\nb: 2\nc: 3\n"};
  for (const bool is_public : {true, false}) {
    Host host(is_public ? "scope public" : "");
    host.fetch(answer);
    const Result reused = host.fetch({});
    CHECK(reused.is_from_cache);
    CHECK(reused.header("a") == (is_public ? "-" : "1"));
    CHECK(reused.header("b") == (is_public ? "-" : "2"));
    CHECK(reused.header("c") == "3");
  }
}

TEST_CASE("RFC 9111, 3.1: fields of the connection are not stored") {
  const Result reused = second_fetch(
      std::string(fresh) +
          "connection: a, b\na: 1\nb: 2\nc: 3\nkeep-alive: 1\nproxy-authenticate: x\n"
          "Proxy-Connection: x\nte: x\ntransfer-encoding: x\nupgrade: x\nset-cookie: a=b\n"
          "content-type: text/plain\nwww-authenticate: x\nstrict-transport-security: x\n",
      3);
  CHECK(reused.is_from_cache);
  for (const std::string_view gone : {"connection", "a", "b", "keep-alive", "proxy-authenticate",
                                      "proxy-connection", "te", "transfer-encoding", "upgrade"}) {
    CAPTURE(gone);
    CHECK(reused.header(gone) == "-");
  }
  for (const std::string_view kept :
       {"c", "set-cookie", "content-type", "www-authenticate", "strict-transport-security"}) {
    CAPTURE(kept);
    CHECK(reused.header(kept) != "-");
  }
}

TEST_CASE("RFC 9110, 6.6.1: a response without a date gets one; one with a date keeps it") {
  CHECK(second_fetch(std::string(fresh), 3).header("date") == date(0));
  CHECK(second_fetch(std::string(fresh) + "date: " + date(-7) + "\n", 3).header("date") ==
        date(-7));
}

TEST_CASE("RFC 9111, 4: an answer from the cache says its age") {
  CHECK(second_fetch(std::string(fresh), 3).header("age") == "3");
  CHECK(second_fetch(std::string(fresh) + "age: 30\n", 3).header("age") == "33");
  CHECK(second_fetch("expires: " + date(3600) + "\nage: 30\n", 3).header("age") == "33");
}

TEST_CASE("the cookies of a request are no matter, nor those of a response") {
  Host host;
  host.fetch({.headers = std::string(fresh) + "set-cookie: a=b\n"});
  CHECK(host.fetch({.headers = "cookie: a=b\n"}, {}).is_from_cache);
}

TEST_CASE("an address with another query is another one") {
  Host host;
  host.fetch({.url = "https://app.example/a?x=1"}, {.headers = std::string(fresh)});
  CHECK(host.fetch({.url = "https://app.example/a?x=1"}, {}).is_from_cache);
  CHECK_FALSE(host.fetch({.url = "https://app.example/a?x=2"}, {}).is_from_cache);
}
