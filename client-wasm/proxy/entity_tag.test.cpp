// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/entity_tag.hpp"

#include <doctest/doctest.h>

using namespace cortado::proxy;

TEST_CASE("RFC 9110, 8.8.3: what is an entity tag") {
  for (const char* good : {"\"abc\"", "W/\"abc\"", "\"\"", "\"a,b\""}) CHECK(is_entity_tag(good));
  for (const char* bad : {"", "abc", "\"abc", "abc\"", "w/\"abc\"", "W\"abc\"", "W\\\"abc\"",
                          "\"a\"b\"", "\"", "W/", "'abc'"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_entity_tag(bad));
  }
}

TEST_CASE("RFC 9110, 8.8.3.2: the table of the comparisons") {
  CHECK_FALSE(matches_strongly("W/\"1\"", "W/\"1\""));
  CHECK(matches_weakly("W/\"1\"", "W/\"1\""));
  CHECK_FALSE(matches_weakly("W/\"1\"", "W/\"2\""));
  CHECK_FALSE(matches_strongly("W/\"1\"", "\"1\""));
  CHECK(matches_weakly("W/\"1\"", "\"1\""));
  CHECK(matches_strongly("\"1\"", "\"1\""));
  CHECK(matches_weakly("\"1\"", "\"1\""));
  CHECK_FALSE(matches_weakly("x", "x"));
}

TEST_CASE("RFC 9110, 13.1.2: If-None-Match is a list, or anything") {
  CHECK(is_none_match("\"1\", \"2\", \"3\"", "\"1\""));
  CHECK(is_none_match("\"1\", \"2\", \"3\"", "\"2\""));
  CHECK(is_none_match("\"1\", W/\"2\", \"3\"", "\"2\""));
  CHECK(is_none_match("\"1\", \"2\", \"3\"", "W/\"3\""));
  CHECK_FALSE(is_none_match("\"1\", \"2\"", "\"3\""));
  CHECK(is_none_match("*", ""));
  CHECK(is_none_match("\"a,b\"", "\"a,b\""));
  CHECK_FALSE(is_none_match("abc", "\"abc\""));
}
