// SPDX-License-Identifier: Apache-2.0
// RFC 9111, 4.4: what an unsafe request makes void.
#include <doctest/doctest.h>

#include "client-wasm/proxy/test_host.hpp"

using namespace cortado::proxy;
using namespace cortado::proxy::test;

namespace {

const Answer fresh{.headers = "cache-control: max-age=100000\n"};

/// Whether what was stored of `url` is still there after that request.
bool survives(std::string_view url, const Request& request, const Answer& answer) {
  Host host;
  host.fetch({.url = url}, fresh);
  host.fetch(request, answer);
  return host.fetch({.url = url}, {}).is_from_cache;
}

}  // namespace

TEST_CASE("RFC 9111, 4.4: the address of an unsafe request, of known and unknown methods") {
  for (const std::string_view method : {"POST", "PUT", "DELETE", "PATCH", "M-SEARCH"}) {
    CAPTURE(method);
    CHECK_FALSE(survives(address, {.method = method}, {}));
    CHECK_FALSE(survives(address, {.method = method}, {.status = 204}));
    CHECK_FALSE(survives(address, {.method = method}, {.status = 303}));
    CHECK(survives(address, {.method = method}, {.status = 500}));
    CHECK(survives(address, {.method = method}, {.status = 404}));
    CHECK(survives(address, {.method = method}, {.is_failure = true}));
    CHECK(survives(address, {.method = method, .url = "https://app.example/b"}, {}));
  }
  for (const std::string_view method : {"OPTIONS", "TRACE", "HEAD"}) {
    CAPTURE(method);
    CHECK(survives(address, {.method = method}, {}));
  }
}

TEST_CASE("RFC 9111, 4.4: Location and Content-Location of the same origin") {
  constexpr std::string_view target = "https://app.example/dir/target";
  const Request post{.method = "POST", .url = "https://app.example/dir/form?x"};
  for (const std::string_view header : {"location", "content-location"}) {
    CAPTURE(header);
    for (const std::string_view value :
         {"target", "./target", "../dir/target", "/dir/target", "//app.example/dir/target",
          "https://app.example/dir/target#x"}) {
      CAPTURE(value);
      const std::string line = std::string(header).append(": ").append(value).append("\n");
      CHECK_FALSE(survives(target, post, {.status = 201, .headers = line}));
      CHECK(survives(target, post, {.status = 400, .headers = line}));
    }
    const std::string elsewhere = std::string(header) + ": https://b.example/dir/target\n";
    CHECK(survives("https://b.example/dir/target", post, {.headers = elsewhere}));
  }
}

TEST_CASE("all variants of the address go, by whatever route they were stored") {
  Host host;
  host.configure(
      "proxy 1\norigin https://app.example\nroute images\nurl /*\ndestination image\ncache images\n"
      "route rest\nurl /*\nignore-query *\nscope public\n");
  const std::string vary = "cache-control: max-age=1000\nvary: foo\n";
  host.fetch({.headers = "foo: 1\n"}, {.headers = vary});
  host.fetch({.headers = "foo: 2\n"}, {.headers = vary});
  host.fetch({.destination = "image"}, fresh);
  CHECK(host.stored_count() == 3);
  host.fetch({.method = "DELETE"}, {.status = 204});
  CHECK(host.stored_count() == 0);
}

TEST_CASE("an unsafe request where nothing can be stored is none of the proxy's") {
  Host host;
  host.configure("proxy 1\nroute a\nurl https://b.example/*\n");
  const Result result = host.fetch({.method = "POST"}, {});
  CHECK(result.actions == std::vector{Action::bypass});
  CHECK(result.reason == Reason::unsafe_method);
}
