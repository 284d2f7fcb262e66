// SPDX-License-Identifier: Apache-2.0
#include "client-wasm/proxy/text.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace cortado::proxy;

namespace {

std::vector<std::string> members(std::string_view list) {
  std::vector<std::string> all;
  while (const auto member = take_member(list)) all.emplace_back(*member);
  return all;
}

std::string base64url(std::string_view bytes) {
  std::string text;
  append_base64url(text, bytes);
  return text;
}

}  // namespace

TEST_CASE("RFC 9111, 1.2.2: seconds are digits, and too many of them are 2^31") {
  CHECK(to_delta_seconds("0") == 0);
  CHECK(to_delta_seconds("003600") == 3600);
  CHECK(to_delta_seconds("2147483647") == 2147483647);
  CHECK(to_delta_seconds("2147483648") == 2147483648);
  CHECK(to_delta_seconds("2147483649") == 2147483648);
  CHECK(to_delta_seconds("99999999999999999999999999999999") == 2147483648);
  for (const std::string_view bad : {"", "-1", "+1", "1.0", "1a", "a1", " 1", "1 ", "'1'"}) {
    CAPTURE(bad);
    CHECK_FALSE(to_delta_seconds(bad));
  }
}

TEST_CASE("RFC 9110, 5.6.1: lists have empty members, and quoted commas") {
  CHECK(members("a,b") == std::vector<std::string>{"a", "b"});
  CHECK(members(" ,a ,,\tb , ") == std::vector<std::string>{"a", "b"});
  CHECK(members(R"(x="1,2", y)") == std::vector<std::string>{R"(x="1,2")", "y"});
  CHECK(members(R"(x="1\",2", y)") == std::vector<std::string>{R"(x="1\",2")", "y"});
  CHECK(members("").empty());
  CHECK(members(",").empty());
}

TEST_CASE("a quote that is not closed does not hide what follows") {
  CHECK(members(R"(x="1, no-store)") == std::vector<std::string>{R"(x="1)", "no-store"});
  CHECK(members(R"(x="1\)") == std::vector<std::string>{R"(x="1\)"});
}

TEST_CASE("numbers without a sign, whole, in range") {
  CHECK(to_number("18446744073709551615") == 18446744073709551615U);
  CHECK_FALSE(to_number("18446744073709551616"));
  CHECK_FALSE(to_number(""));
  CHECK_FALSE(to_number("-1"));
  CHECK(to_number("ff", 16) == 255);
  CHECK_FALSE(to_number("0xff", 16));
}

TEST_CASE("base64url, of the examples of RFC 4648, 10") {
  CHECK(base64url("").empty());
  CHECK(base64url("f") == "Zg");
  CHECK(base64url("fo") == "Zm8");
  CHECK(base64url("foo") == "Zm9v");
  CHECK(base64url("foobar") == "Zm9vYmFy");
  CHECK(base64url("\xff\xfe\xfd") == "__79");
}

TEST_CASE("words") {
  std::string_view rest = "  one two  three";
  CHECK(take_word(rest) == "one");
  CHECK(take_word(rest) == "two");
  CHECK(take_word(rest) == "three");
  CHECK(take_word(rest).empty());
}
