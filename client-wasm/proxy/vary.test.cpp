// SPDX-License-Identifier: Apache-2.0
// RFC 9111, 4.1: Vary.
#include "client-wasm/proxy/vary.hpp"

#include <doctest/doctest.h>

#include "client-wasm/proxy/test_host.hpp"

using namespace cortado::proxy;
using namespace cortado::proxy::test;

namespace {

/// Stored with the first request's headers, asked for with the second's.
Result asked(std::string_view vary, std::string first, std::string second_headers) {
  Host host;
  host.fetch(
      {.headers = std::move(first)},
      {.headers = std::string("cache-control: max-age=5000\nvary: ").append(vary).append("\n")});
  return host.fetch({.headers = std::move(second_headers)}, {});
}

bool is_same(std::string_view vary, std::string first, std::string second_headers) {
  return asked(vary, std::move(first), std::move(second_headers)).is_from_cache;
}

}  // namespace

TEST_CASE("RFC 9111, 4.1: the headers named must be the same, others not") {
  CHECK(is_same("Foo", "foo: 1\n", "foo: 1\n"));
  CHECK_FALSE(is_same("Foo", "foo: 1\n", "foo: 2\n"));
  CHECK(asked("Foo", "foo: 1\n", "foo: 2\n").reason == Reason::vary_differs);
  CHECK_FALSE(is_same("Foo", "foo: 1\n", ""));
  CHECK_FALSE(is_same("Foo", "", "foo: 1\n"));
  CHECK(is_same("Foo", "", ""));
  CHECK(is_same("Foo", "foo: 1\nother: 2\n", "foo: 1\nother: 3\n"));
  CHECK(is_same("FOO", "foo: 1\n", "Foo: 1\n"));
}

TEST_CASE("RFC 9111, 4.1: two and three of them") {
  CHECK(is_same("Foo, Bar", "foo: 1\nbar: abc\n", "bar: abc\nfoo: 1\n"));
  CHECK_FALSE(is_same("Foo, Bar", "foo: 1\nbar: abc\n", "foo: 2\nbar: abc\n"));
  CHECK_FALSE(is_same("Foo, Bar", "foo: 1\n", "foo: 1\nbar: abc\n"));
  CHECK(is_same("Foo, Bar, Baz", "foo: 1\nbaz: 789\n", "foo: 1\nbaz: 789\n"));
  CHECK_FALSE(
      is_same("Foo, Bar, Baz", "foo: 1\nbar: abc4\nbaz: 789\n", "foo: 1\nbar: abc\nbaz: 789\n"));
}

TEST_CASE("RFC 9111, 4.1: spaces and lines make no difference, order does") {
  CHECK(is_same("Foo", "foo: 1,2\n", "foo:  1, 2 \n"));
  CHECK(is_same("Foo", "foo: 1, 2\n", "foo: 1\nfoo: 2\n"));
  CHECK_FALSE(is_same("Accept-Language", "accept-language: en, de\n", "accept-language: de, en\n"));
  CHECK_FALSE(is_same("Foo", "foo: a\n", "foo: A\n"));
}

TEST_CASE("RFC 9111, 4.1: a star matches nothing, and is not stored") {
  for (const std::string_view star :
       {"*", "*, *", ", *", "*, Foo", "Foo, *", "*\nvary: *", "\nvary: *", "Foo\nvary: *"}) {
    CAPTURE(star);
    Host host;
    const Result first = host.fetch(
        {.headers = std::string("cache-control: max-age=5000\nvary: ").append(star).append("\n")});
    CHECK(first.last_reason == Reason::vary_never_matches);
    CHECK(host.stored_count() == 0);
  }
}

TEST_CASE("RFC 9111, 4.1: each variant is kept, and the newest of those that match is used") {
  Host host;
  const auto fetch = [&](std::string_view foo, std::string_view answer) {
    return host.fetch({.headers = std::string("foo: ").append(foo).append("\n")},
                      {.headers = std::string("cache-control: max-age=5000\nvary: foo\na: ")
                                      .append(answer)
                                      .append("\n")});
  };
  fetch("1", "one");
  fetch("2", "two");
  CHECK(host.stored_count() == 2);
  CHECK(fetch("1", "x").header("a") == "one");
  CHECK(fetch("2", "x").header("a") == "two");
  CHECK(fetch("3", "three").header("a") == "three");
}

TEST_CASE("RFC 9111, 4.1: of two that match the one with the later Date") {
  const std::string request_text = Request{}.head();
  std::string_view rest = request_text;
  const auto request = RequestHead::read(rest);
  REQUIRE(request);
  const auto record = [](std::int64_t made, std::string_view more) {
    return std::string("5\n1 200 1800000000000 1800000000000\ndate: ")
        .append(date(made))
        .append("\n")
        .append(more)
        .append("\n");
  };
  const std::string text =
      record(1, "") + record(5, "") + record(3, "") + record(9, "vary: foo\n>foo: 1\n");
  const auto stored = read_stored(text);
  REQUIRE(stored);
  const Route route;
  const Context context{.route = route, .origin = page, .identity = {}, .now = start};
  CHECK(select(context, *request, *stored).entry == 1);
}

TEST_CASE("cookies, which a page does not see, stand for an identity") {
  const Answer answer{.headers = "cache-control: max-age=60\nvary: accept, Cookie\n"};
  Host nobody;
  CHECK(nobody.fetch(answer).last_reason == Reason::vary_never_matches);
  Host alice;
  alice.engine.identify("alice");
  CHECK(alice.fetch(answer).last_reason == Reason::stored);
  CHECK(alice.fetch({}).is_from_cache);
  Host shared("scope public");
  shared.engine.identify("alice");
  CHECK(shared.fetch(answer).last_reason == Reason::vary_never_matches);
}
