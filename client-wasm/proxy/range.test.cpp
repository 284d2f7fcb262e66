// SPDX-License-Identifier: Apache-2.0
// RFC 9110, 14, and RFC 9111, 3.3 and 3.4: ranges are cut out of whole stored responses. Parts are not
// stored, which both leave to the cache.
#include <doctest/doctest.h>

#include "client-wasm/proxy/test_host.hpp"

using namespace cortado::proxy;
using namespace cortado::proxy::test;

namespace {

Result part(std::string headers, std::string stored = "etag: \"1\"\n",
            std::int64_t body_size = 11) {
  Host host;
  host.fetch(
      {.headers = "cache-control: max-age=3600\n" + std::move(stored), .body_size = body_size});
  host.wait(3);
  return host.fetch({.headers = std::move(headers)}, {});
}

std::string bytes_of(const Result& result) {
  return std::to_string(result.decision.range_first) + "-" +
         std::to_string(result.decision.range_last);
}

}  // namespace

TEST_CASE("RFC 9110, 14.1.2: the three forms of a range") {
  const struct {
    std::string_view range;
    std::string_view bytes;
  } all[] = {
      {"bytes=0-1", "0-1"},  {"bytes=1-", "1-10"},     {"bytes=-1", "10-10"},
      {"bytes=-99", "0-10"}, {"bytes=10-99", "10-10"}, {"BYTES=3-3", "3-3"},
      {"bytes=0-", "0-10"},  {"bytes= 2-4 ", "2-4"},   {"bytes=5-18446744073709551615", "5-10"}};
  for (const auto& [range, bytes] : all) {
    CAPTURE(range);
    const Result result = part(std::string("range: ").append(range).append("\n"));
    CHECK(result.status == 206);
    CHECK(result.is_from_cache);
    CHECK(bytes_of(result) == bytes);
    CHECK(result.header("content-range") == std::string("bytes ").append(bytes).append("/11"));
    CHECK(result.header("content-length") ==
          std::to_string(result.decision.range_last - result.decision.range_first + 1));
    CHECK(result.header("etag") == "\"1\"");
  }
}

TEST_CASE("RFC 9110, 15.5.17: a range that is not there") {
  for (const std::string_view range : {"bytes=11-", "bytes=99-100", "bytes=-0"}) {
    CAPTURE(range);
    const Result result = part(std::string("range: ").append(range).append("\n"));
    CHECK(result.status == 416);
    CHECK(result.header("content-range") == "bytes */11");
    CHECK(result.header("etag") == "-");
  }
  CHECK(part("range: bytes=0-\n", "", 0).status == 416);
  CHECK(part("range: bytes=-5\n", "", 0).status == 416);
}

TEST_CASE("several ranges, other units and what is no range go to the network") {
  for (const std::string_view range :
       {"bytes=0-1,3-4", "lines=1-2", "bytes=", "bytes=-", "bytes=5-3", "bytes=a-b", "bytes=1",
        "bytes=1-2-3", "bytes=99999999999999999999-"}) {
    CAPTURE(range);
    const Result result = part(std::string("range: ").append(range).append("\n"));
    CHECK(result.asked_network);
    CHECK(result.reason == Reason::range_not_cached);
  }
}

TEST_CASE("a body that is stored decoded has no ranges") {
  CHECK(part("range: bytes=0-1\n", "content-encoding: br\n").reason == Reason::range_not_cached);
}

TEST_CASE("RFC 9110, 13.1.5: If-Range") {
  const std::string modified = "last-modified: " + date(-9) + "\n";
  CHECK(part("range: bytes=0-1\nif-range: \"1\"\n").status == 206);
  CHECK(part("range: bytes=0-1\nif-range: \"2\"\n").status == 200);
  CHECK(part("range: bytes=0-1\nif-range: W/\"1\"\n", "etag: W/\"1\"\n").status == 200);
  CHECK(part("range: bytes=0-1\nif-range: " + date(-9) + "\n", modified).status == 206);
  CHECK(part("range: bytes=0-1\nif-range: " + date(-8) + "\n", modified).status == 200);
  CHECK(part("range: bytes=0-1\nif-range: " + date(-9) + "\n", "").status == 200);
  // Modified in the second in which it was sent: nobody knows whether before or after.
  CHECK(part("range: bytes=0-1\nif-range: " + date(0) + "\n", "last-modified: " + date(0) + "\n")
            .status == 200);
}

TEST_CASE("RFC 9110, 13.2.2: a page that has it already is told so first") {
  CHECK(part("range: bytes=0-1\nif-none-match: \"1\"\n").status == 304);
}

TEST_CASE("ranges are of GET, and of 200") {
  Host host;
  host.fetch({.status = 404, .headers = "cache-control: max-age=3600\n"});
  CHECK(host.fetch({.headers = "range: bytes=0-1\n"}, {}).status == 404);
  host.fetch({.url = "https://app.example/b"}, {.headers = "cache-control: max-age=3600\n"});
  CHECK(host.fetch(
                {.method = "HEAD", .url = "https://app.example/b", .headers = "range: bytes=0-1\n"},
                {})
            .status == 200);
}

TEST_CASE("a stale response is validated before a range is cut out of it") {
  Host host;
  host.fetch({.headers = "cache-control: max-age=1\netag: \"1\"\n", .body_size = 11});
  host.wait(3);
  const Request request{.headers = "range: bytes=2-3\n"};
  const Result good = host.fetch(request, {.status = 304, .headers = "etag: \"1\"\n"});
  CHECK(good.status == 206);
  CHECK(bytes_of(good) == "2-3");
  host.wait(3);
  const Result other = host.fetch(request, {.status = 206, .headers = "etag: \"2\"\n"});
  CHECK(other.last_reason == Reason::partial_content);
  CHECK(host.stored_count() == 0);
}
