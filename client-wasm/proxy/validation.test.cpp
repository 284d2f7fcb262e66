// SPDX-License-Identifier: Apache-2.0
// RFC 9111, 4.3: validation.
#include <doctest/doctest.h>

#include "client-wasm/proxy/test_host.hpp"

using namespace cortado::proxy;
using namespace cortado::proxy::test;

namespace {

const std::string soon_stale = "cache-control: max-age=2\n";
const std::string modified_at = "last-modified: " + date(-86'400) + "\n";

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// Stored, stale, and asked for again, which the network answers so.
Result validated(Host& host, std::string stored, const Answer& answer,
                 const Request& request = {}) {
  host.fetch({.headers = soon_stale + std::move(stored), .body_size = 100});
  host.wait(3);
  return host.fetch(request, answer);
}

Result validated(std::string stored, const Answer& answer, const Request& request = {}) {
  Host host;
  return validated(host, std::move(stored), answer, request);
}

Answer not_modified(std::string headers) { return {.status = 304, .headers = std::move(headers)}; }

}  // namespace

TEST_CASE("RFC 9111, 4.3.1: the stored validators become conditions") {
  CHECK(has(validated("etag: \"1\"\n", {}).sent, "if-none-match: \"1\"\n"));
  CHECK(has(validated("etag: W/\"1\"\n", {}).sent, "if-none-match: W/\"1\"\n"));
  CHECK(has(validated(modified_at, {}).sent, "if-modified-since: " + date(-86'400) + "\n"));
  const std::string both = validated(modified_at + "etag: \"1\"\n", {}).sent;
  CHECK(has(both, "if-none-match: \"1\"\n"));
  CHECK(has(both, "if-modified-since: " + date(-86'400) + "\n"));
  CHECK(validated("etag: 1\n", {}).sent.empty());
  CHECK(validated("last-modified: yesterday\n", {}).sent.empty());
}

TEST_CASE("the page's own conditions give way to the cache's, and are looked at afterwards") {
  const Request request{.headers = "if-none-match: \"1\"\nif-modified-since: " + date(0) + "\n"};
  const Result result = validated("etag: \"1\"\n", not_modified("etag: \"1\"\n"), request);
  CHECK(has(result.sent, "if-none-match: \"1\"\nif-modified-since: \n"));
  CHECK(result.status == 304);
  CHECK(validated("etag: \"1\"\n", not_modified("etag: \"1\"\n"),
                  {.headers = "if-none-match: \"2\"\n"})
            .status == 200);
}

TEST_CASE(
    "no conditions to another origin, which would have to allow them, unless the route says so") {
  for (const bool is_allowed : {false, true}) {
    Host host(is_allowed ? "cross-origin-conditions" : "");
    const Request request{.url = "https://b.example/"};
    host.fetch(request, {.headers = soon_stale + "etag: \"1\"\n"});
    host.wait(3);
    CHECK(host.fetch(request, {}).sent.empty() != is_allowed);
  }
}

TEST_CASE("RFC 9111, 4.3.3: a 304 makes the entry good again, a full answer replaces it") {
  Host host;
  const Result good =
      validated(host, "etag: \"1\"\na: 1\n", not_modified("etag: \"1\"\n" + soon_stale));
  CHECK(good.was_validated());
  CHECK(good.status == 200);
  CHECK(good.header("a") == "1");
  CHECK(good.header("age") == "0");
  CHECK(host.fetch({}).reason == Reason::fresh);
  host.wait(3);
  const Result full = host.fetch({.headers = soon_stale + "etag: \"2\"\na: 2\n"});
  CHECK(full.last_reason == Reason::stored);
  CHECK(host.stored_count() == 1);
  CHECK(host.fetch({}).header("a") == "2");
}

TEST_CASE("RFC 9111, 4.3.3: what a full answer outdates goes, even if the answer is not stored") {
  Host host;
  validated(host, "etag: \"1\"\n", {.headers = "cache-control: no-store\n"});
  CHECK(host.stored_count() == 0);
  Host failing;
  validated(failing, "etag: \"1\"\n", {.status = 503});
  CHECK(failing.stored_count() == 1);
  Host limited;
  validated(limited, "etag: \"1\"\n", {.status = 429});
  CHECK(limited.stored_count() == 1);
}

TEST_CASE("RFC 9111, 4.3.4: a 304 that is about another response helps nobody") {
  const auto last_action = [](std::string stored, std::string answer) {
    return validated(std::move(stored), not_modified(std::move(answer))).actions.back();
  };
  CHECK(last_action("etag: \"1\"\n", "etag: \"2\"\n") == Action::retry);
  CHECK(last_action("etag: W/\"1\"\n", "etag: \"1\"\n") == Action::retry);
  CHECK(last_action("etag: W/\"1\"\n", "etag: W/\"2\"\n") == Action::retry);
  CHECK(last_action(modified_at, "etag: \"1\"\n") == Action::retry);
  CHECK(last_action(modified_at, "last-modified: " + date(-5) + "\n") == Action::retry);
  CHECK(last_action("etag: \"1\"\n", "etag: W/\"1\"\n") == Action::freshen);
  CHECK(last_action("etag: W/\"1\"\n", "etag: W/\"1\"\n") == Action::freshen);
  CHECK(last_action(modified_at, modified_at) == Action::freshen);
  // Only one entry was named: a 304 that names none can be about no other.
  CHECK(last_action("etag: \"1\"\n", "") == Action::freshen);
}

TEST_CASE("a 304 to a condition of the page's own is the page's") {
  Host host;
  const Result result = host.fetch({.headers = "if-none-match: \"1\"\n"}, not_modified(""));
  CHECK(result.last_reason == Reason::validated_elsewhere);
  CHECK(result.actions.back() == Action::pass);
  CHECK(result.status == 304);
  CHECK(host.stored_count() == 0);
}

TEST_CASE("RFC 9111, 3.2: a 304 updates what it says, and keeps what it does not say") {
  Host host;
  validated(
      host, "etag: \"1\"\ntest-header: A\nx-frame-options: deny\n",
      not_modified("etag: \"1\"\nx-frame-options: sameorigin\ncache-control: max-age=3600\n"));
  const Result reused = host.fetch({});
  CHECK(reused.is_from_cache);
  CHECK(reused.header("test-header") == "A");
  CHECK(reused.header("x-frame-options") == "sameorigin");
  CHECK(reused.header("cache-control") == "max-age=3600");
}

TEST_CASE("RFC 9111, 3.2: which headers a 304 updates") {
  const struct {
    std::string_view name;
    bool is_updated;
  } all[] = {
      {"test-header", true},     {"x-test-header", true},           {"content-foo", true},
      {"content-type", true},    {"content-location", true},        {"content-md5", true},
      {"set-cookie", true},      {"content-security-policy", true}, {"expires", true},
      {"content-length", false}, {"content-encoding", false},       {"content-range", false}};
  for (const auto& [name, is_updated] : all) {
    CAPTURE(name);
    Host host;
    const std::string before = std::string(name) + ": A\n";
    const std::string after = std::string(name) + ": B\n";
    const Result updated = validated(host, "etag: \"1\"\n" + before,
                                     not_modified("etag: \"1\"\n" + after + "connection: x\n"));
    CHECK(updated.header(name) == (is_updated ? "B" : "A"));
    CHECK(updated.header("connection") == "-");
    CHECK(host.fetch({}).header(name) == (is_updated ? "B" : "A"));
  }
}

TEST_CASE("age and date are those of the 304, also where it does not say them") {
  Host host;
  validated(host, "etag: \"1\"\nage: 1\ndate: " + date(-1) + "\n", not_modified("etag: \"1\"\n"));
  const Result reused = host.fetch({});
  CHECK(reused.is_from_cache);
  CHECK(reused.header("date") == date(3));
  CHECK(reused.header("age") == "0");
  Host aged;
  CHECK(validated(aged, "etag: \"1\"\n", not_modified("etag: \"1\"\nage: 1\n")).header("age") ==
        "1");
}

TEST_CASE("RFC 9111, 4.3.2: a page that has it already is told so") {
  const std::string fresh = "cache-control: max-age=100\netag: \"abc\"\n";
  const auto status = [](std::string stored, std::string headers) {
    return second_fetch(std::move(stored), 3, 200, {.headers = std::move(headers)}).status;
  };
  CHECK(status(fresh, "if-none-match: \"abc\"\n") == 304);
  CHECK(status(fresh, "if-none-match: W/\"abc\"\n") == 304);
  CHECK(status(fresh, "if-none-match: \"1\", \"abc\", \"2\"\n") == 304);
  CHECK(status(fresh, "if-none-match: *\n") == 304);
  CHECK(status(fresh, "if-none-match: \"1\"\n") == 200);
  CHECK(status(fresh, "if-none-match: abc\n") == 200);
  CHECK(status(fresh + modified_at, "if-none-match: \"1\"\nif-modified-since: " + date(0) + "\n") ==
        200);
  CHECK(status(fresh + modified_at, "if-modified-since: " + date(-86'400) + "\n") == 304);
  CHECK(status(fresh + modified_at, "if-modified-since: " + date(-500) + "\n") == 304);
  CHECK(status(fresh + modified_at, "if-modified-since: " + date(-86'401) + "\n") == 200);
  CHECK(status(fresh, "if-modified-since: " + date(0) + "\n") == 304);
  CHECK(status(fresh, "if-modified-since: " + date(-1) + "\n") == 200);
  CHECK(status(fresh, "if-modified-since: now\n") == 200);
}

TEST_CASE("RFC 9110, 15.4.5: what a 304 says") {
  const Result result = second_fetch("cache-control: max-age=100\netag: \"1\"\nfoo: 1\nvary: x\n" +
                                         modified_at + "content-location: /x\n",
                                     3, 200, {.headers = "if-none-match: \"1\"\n"});
  REQUIRE(result.status == 304);
  for (const std::string_view kept :
       {"cache-control", "etag", "vary", "date", "content-location", "age"}) {
    CAPTURE(kept);
    CHECK(result.header(kept) != "-");
  }
  CHECK(result.header("foo") == "-");
  CHECK(result.header("last-modified") == "-");
}

TEST_CASE("RFC 9111, 5.2.2.4: no-cache is stored, and validated each time") {
  const std::string stored = "cache-control: max-age=10000, No-CaChE\netag: \"1\"\n";
  const Result result = second_fetch(stored, 0);
  CHECK(result.reason == Reason::response_no_cache);
  CHECK(has(result.sent, "\"1\""));
  CHECK(second_fetch("cache-control: no-cache\netag: \"1\"\n", 0).asked_network);
}

TEST_CASE("RFC 9111, 5.2.2.4: fields of no-cache are not sent without validation") {
  Host host;
  const std::string stored =
      "cache-control: no-cache=\"a, b\", max-age=3\na: 1\nb: 2\nc: 3\netag: \"1\"\n";
  host.fetch({.headers = stored});
  const Result reused = host.fetch({});
  CHECK(reused.is_from_cache);
  CHECK(reused.header("a") == "-");
  CHECK(reused.header("b") == "-");
  CHECK(reused.header("c") == "3");
  host.wait(3);
  const Result good = host.fetch(not_modified("etag: \"1\"\n"));
  CHECK(good.header("a") == "1");
}

TEST_CASE("RFC 9111, 5.2.2.2: must-revalidate is reused while fresh") {
  CHECK(is_reused("cache-control: max-age=100, must-revalidate\netag: \"1\"\n"));
  CHECK(has(second_fetch("cache-control: max-age=2, must-revalidate\netag: \"1\"\n", 3).sent,
            "\"1\""));
}

TEST_CASE("HEAD is answered from what GET stored") {
  const Result result =
      second_fetch("cache-control: max-age=100\na: 1\n", 3, 200, {.method = "HEAD"});
  CHECK(result.is_from_cache);
  CHECK(result.header("a") == "1");
}

TEST_CASE("RFC 9111, 4.3.5: a HEAD updates what it is about") {
  Host host;
  const Result head = validated(
      host, "etag: \"1\"\ntemplate-a: 1\nb: 2\n",
      {.headers = "etag: \"1\"\ncache-control: max-age=1000\ntemplate-a: 2\n"}, {.method = "HEAD"});
  CHECK(head.asked_network);
  const Result reused = host.fetch({});
  CHECK(reused.is_from_cache);
  CHECK(reused.header("template-a") == "2");
  CHECK(reused.header("b") == "2");
}

TEST_CASE("RFC 9111, 4.3.5: a HEAD that tells of another response makes the stored one outdated") {
  for (const std::string_view other : {"etag: \"2\"\n", "etag: \"1\"\ncontent-length: 99\n"}) {
    CAPTURE(other);
    Host host;
    const Result head = validated(host, "etag: \"1\"\ncontent-length: 100\n",
                                  {.headers = std::string(other)}, {.method = "HEAD"});
    CHECK(head.last_reason == Reason::changed);
    CHECK(host.stored_count() == 0);
  }
  Host host;
  validated(host, "etag: \"1\"\n", {.status = 410}, {.method = "HEAD"});
  CHECK(host.stored_count() == 1);
}
