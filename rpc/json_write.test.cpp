// SPDX-License-Identifier: Apache-2.0
// Tests of the writers of JSON.
#include <boost/json/parse.hpp>
#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <charconv>
#include <limits>
#include <random>
#include <vector>

#include "rpc/json_support.hpp"

namespace cortado::json_support {

namespace {

template <class Write, class Value>
std::string text_of(Write write, Value value) {
  std::string out;
  write(value, out);
  return out;
}

std::string quoted(std::string_view text) {
  std::string out;
  write_text(text, out);
  return out;
}

std::string base64(std::string_view bytes) {
  std::string out;
  write_data(capnp::Data::Reader(reinterpret_cast<const capnp::byte*>(bytes.data()), bytes.size()),
             out);
  return out;
}

}  // namespace

TEST_CASE("numbers of 32 bits are numbers, of 64 bits strings") {
  CHECK(text_of(write_int64_number, -2147483648) == "-2147483648");
  CHECK(text_of(write_uint64_number, 4294967295U) == "4294967295");
  CHECK(text_of(write_int64, std::numeric_limits<std::int64_t>::min()) ==
        "\"-9223372036854775808\"");
  CHECK(text_of(write_uint64, std::numeric_limits<std::uint64_t>::max()) ==
        "\"18446744073709551615\"");
  CHECK(text_of(write_bool, true) == "true");
  CHECK(text_of(write_bool, false) == "false");
  std::string out = "[";
  write_void(out);
  CHECK(out == "[null");
}

TEST_CASE("floats are short, and what is not finite is named") {
  CHECK(text_of(write_float64, 0.1) == "0.1");
  CHECK(text_of(write_float32, 0.1F) == "0.1");
  CHECK(text_of(write_float64, 1e22) == "1e+22");
  CHECK(text_of(write_float64, -0.0) == "-0.0");
  CHECK(text_of(write_float64, std::numeric_limits<double>::denorm_min()) == "5e-324");
  CHECK(text_of(write_float64, std::numeric_limits<double>::quiet_NaN()) == "\"NaN\"");
  CHECK(text_of(write_float64, std::numeric_limits<double>::infinity()) == "\"Infinity\"");
  CHECK(text_of(write_float32, -std::numeric_limits<float>::infinity()) == "\"-Infinity\"");
}

TEST_CASE("any double is read back as the same") {
  std::mt19937_64 random(3);
  for (int count = 0; count < 20000; ++count) {
    const auto value = std::bit_cast<double>(random());
    if (value != value) continue;
    const std::string text = text_of(write_float64, value);
    if (text.front() == '"') continue;
    double back = 0;
    std::from_chars(text.data(), text.data() + text.size(), back);
    CHECK(back == value);
  }
}

TEST_CASE("text is escaped as little as RFC 8259 allows") {
  CHECK(quoted("") == R"("")");
  CHECK(quoted("plain text") == R"("plain text")");
  CHECK(quoted("\"\\/\b\f\n\r\t") == R"("\"\\/\b\f\n\r\t")");
  CHECK(quoted(std::string_view("\0\x1f\x7f", 3)) == "\"\\u0000\\u001f\x7f\"");
  CHECK(quoted("\u00e9\u20ac\U0001f600") == "\"\u00e9\u20ac\U0001f600\"");
}

TEST_CASE("what is no UTF-8 becomes U+FFFD, byte by byte") {
  const std::string r = "\ufffd";
  CHECK(quoted("a\x80z") == "\"a" + r + "z\"");
  CHECK(quoted("\xc3") == "\"" + r + "\"");                          // cut short
  CHECK(quoted("\xe2\x82") == "\"" + r + r + "\"");                  // cut short
  CHECK(quoted("\xc0\xaf") == "\"" + r + r + "\"");                  // too long an encoding
  CHECK(quoted("\xe0\x80\xaf") == "\"" + r + r + r + "\"");          // too long an encoding
  CHECK(quoted("\xed\xa0\x80") == "\"" + r + r + r + "\"");          // a surrogate
  CHECK(quoted("\xf4\x90\x80\x80") == "\"" + r + r + r + r + "\"");  // beyond Unicode
  CHECK(quoted("\xff\xfe") == "\"" + r + r + "\"");
  CHECK(quoted("\xf0\x9f\x98\x80") == "\"\U0001f600\"");
}

TEST_CASE("any bytes as text are JSON that reads back") {
  std::mt19937 random(5);
  for (int count = 0; count < 5000; ++count) {
    std::string bytes(random() % 24, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    boost::system::error_code error;
    static_cast<void>(boost::json::parse(quoted(bytes), error));
    CHECK(!error);
  }
}

TEST_CASE("data is base64 with padding") {
  CHECK(base64("") == R"("")");
  CHECK(base64("f") == R"("Zg==")");
  CHECK(base64("fo") == R"("Zm8=")");
  CHECK(base64("foo") == R"("Zm9v")");
  CHECK(base64("foob") == R"("Zm9vYg==")");
  CHECK(base64("\xfb\xff\xfe") == R"("+//+")");
}

TEST_CASE("an enumerant is its name, or its number when it is of a newer schema") {
  constexpr std::array<std::string_view, 2> names{"buy", "sell"};
  std::string out;
  write_enum(1, names, out);
  write_enum(2, names, out);
  CHECK(out == "\"sell\"2");
}

TEST_CASE("lists and objects put commas between") {
  const auto number = [](int value, std::string& out) { write_int64_number(value, out); };
  std::string out;
  write_list(std::vector<int>{}, out, number);
  write_list(std::vector<int>{1}, out, number);
  write_list(std::vector<int>{1, 2, 3}, out, number);
  CHECK(out == "[][1][1,2,3]");
  out.clear();
  ObjectWriter(out).end();
  ObjectWriter object(out);
  object.member("a");
  write_bool(true, out);
  object.member("b");
  write_void(out);
  object.end();
  CHECK(out == R"({}{"a":true,"b":null})");
}

}  // namespace cortado::json_support
