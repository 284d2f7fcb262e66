// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/heads.hpp"

#include <doctest/doctest.h>

using namespace cortado::proxy;

TEST_CASE("a request's head") {
  std::string_view text =
      "GET image no-cache https://a.example/b?c#d\naccept: image/*\nfoo:1\nFoo:  2 \n\nrest";
  const auto head = RequestHead::read(text);
  REQUIRE(head);
  CHECK(head->method == "GET");
  CHECK(head->destination == "image");
  CHECK(head->cache_mode == CacheMode::no_cache);
  CHECK(head->url == "https://a.example/b?c");
  CHECK(head->headers.get("Accept") == "image/*");
  CHECK(head->headers.get("foo") == "1, 2");
  CHECK_FALSE(head->headers.get("bar"));
  CHECK(text == "rest");
}

TEST_CASE("an RPC's head") {
  std::string_view text = "RPC d5a3c0f7e1b94206 3 60000 identity\ntag: quote:ACME\n\n";
  const auto head = RequestHead::read(text);
  REQUIRE(head);
  CHECK(head->is_rpc());
  CHECK(head->interface_id == 0xd5a3c0f7e1b94206);
  CHECK(head->ordinal == 3);
  CHECK(head->ttl_ms == 60000);
  CHECK_FALSE(head->is_public);
  CHECK(head->headers.get("tag") == "quote:ACME");
}

TEST_CASE("what is no head of a request") {
  for (const std::string_view bad :
       {"", "GET", "GET image", "GET image sometimes https://a.example/", "GET - default x\nfoo\n",
        "GET - default x\n: 1\n", "RPC", "RPC x 1 2 public", "RPC 1 65536 2 public",
        "RPC 1 1 -2 public", "RPC 1 1 2 shared", "RPC 1 1 2", "RPC 10000000000000000 1 2 public",
        "RPC 1 1 99999999999999999 public"}) {
    CAPTURE(bad);
    std::string_view text = bad;
    CHECK_FALSE(RequestHead::read(text));
  }
}

TEST_CASE("a response's head") {
  std::string_view text = "404 redirected\nage: 1\n";
  const auto head = ResponseHead::read(text);
  REQUIRE(head);
  CHECK(head->status == 404);
  CHECK(head->kind == ResponseKind::redirected);
  for (const std::string_view bad : {"", "200", "200 odd", "x plain", "-1 plain", "1000 plain"}) {
    CAPTURE(bad);
    std::string_view bad_text = bad;
    CHECK_FALSE(ResponseHead::read(bad_text));
  }
}

TEST_CASE("a record is written as it is read") {
  const std::string text =
      "1 200 1700000000000 1700000000020\n@tag: a\n@tag: b\n>accept: x\netag: \"1\"\nfoo: bar\n";
  std::string_view rest = text;
  const auto record = Record::read(rest);
  REQUIRE(record);
  CHECK(record->status == 200);
  CHECK(record->request_time == 1700000000000);
  CHECK(record->response_time == 1700000000020);
  CHECK(record->tags.all().size() == 2);
  CHECK(record->vary.get("accept") == "x");
  std::string written;
  record->append_to(written);
  CHECK(written == text);
}

TEST_CASE("records that cannot be read do not hide those behind them") {
  const auto stored = read_stored(
      "10\n2 200 1 2\netag: \"new version\"\n\n"
      "20\ndamaged\n\n"
      "30\n1 200 1 2\nfoo: bar\n\n");
  REQUIRE(stored);
  REQUIRE(stored->size() == 3);
  CHECK_FALSE((*stored)[0].record);
  CHECK_FALSE((*stored)[1].record);
  REQUIRE((*stored)[2].record);
  CHECK((*stored)[2].body_size == 30);
  CHECK((*stored)[2].record->headers.get("foo") == "bar");
  CHECK(read_stored("")->empty());
  CHECK_FALSE(read_stored("x\n1 200 1 2\n\n"));
  CHECK_FALSE(read_stored("-1\n1 200 1 2\n\n"));
  CHECK_FALSE(read_stored("1 2\n1 200 1 2\n\n"));
}
