// SPDX-License-Identifier: Apache-2.0
// Tests of the readers of JSON: what each takes, and what it says of what it does not.
#include <boost/json/parse.hpp>
#include <capnp/message.h>
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "rpc/json_support.hpp"

namespace cortado::json_support {

namespace {

/// "ok" when `read` takes the text, else the error.
template <class Read>
std::string outcome(std::string_view text, Read read) {
  const boost::json::value json = boost::json::parse(text);
  const Result<void> result =
      read_document([&](const Place& root) { return read(json, root.member("m")); });
  if (result) return "ok";
  CHECK(result.error().code == StatusCode::invalid_argument);
  return result.error().message;
}

/// The value as text, or the error.
template <class Value, class Read>
std::string value_of(std::string_view text, Read read) {
  Value value{};
  const std::string result = outcome(
      text, [&](const boost::json::value& json, const Place& at) { return read(json, at, value); });
  return result == "ok" ? std::to_string(value) : result;
}

template <class Integer>
std::string integer(std::string_view text) {
  return value_of<Integer>(text, read_integer<Integer>);
}

}  // namespace

TEST_CASE("integers of every size, whole and in range") {
  CHECK(integer<std::int8_t>("-128") == "-128");
  CHECK(integer<std::int8_t>("128") == "m: expected a number from -128 to 127, found 128");
  CHECK(integer<std::uint8_t>("255") == "255");
  CHECK(integer<std::uint8_t>("-1") == "m: expected a number from 0 to 255, found -1");
  CHECK(integer<std::int16_t>("32767") == "32767");
  CHECK(integer<std::uint16_t>("65536") == "m: expected a number from 0 to 65535, found 65536");
  CHECK(integer<std::int32_t>("-2147483648") == "-2147483648");
  CHECK(integer<std::uint32_t>("4294967295") == "4294967295");
  CHECK(integer<std::uint32_t>("4294967296") ==
        "m: expected a number from 0 to 4294967295, found 4294967296");
  CHECK(integer<std::uint32_t>("18446744073709551615") ==
        "m: expected a number from 0 to 4294967295, found 18446744073709551615");
  CHECK(integer<std::int32_t>("1.0") == "1");
  CHECK(integer<std::int32_t>("1e3") == "1000");
  CHECK(integer<std::int32_t>("1.5") ==
        "m: expected a number from -2147483648 to 2147483647, found 1.5");
  CHECK(integer<std::int32_t>("1e300") ==
        "m: expected a number from -2147483648 to 2147483647, found 1e+300");
  CHECK(integer<std::int8_t>("\"1\"") == "m: expected a number from -128 to 127, found \"1\"");
  CHECK(integer<std::int8_t>("null") == "m: expected a number from -128 to 127, found null");
  CHECK(integer<std::int8_t>("true") == "m: expected a number from -128 to 127, found true");
}

TEST_CASE("64 bits are decimal strings, or numbers that are exact") {
  const auto wide = [](std::string_view text) { return value_of<std::int64_t>(text, read_int64); };
  CHECK(wide(R"("-9223372036854775808")") == "-9223372036854775808");
  CHECK(wide(R"("9223372036854775807")") == "9223372036854775807");
  CHECK(wide(R"("0")") == "0");
  CHECK(wide(R"("-0")") == "0");
  CHECK(wide("-5") == "-5");
  CHECK(wide("9223372036854775807") == "9223372036854775807");
  CHECK(wide("1e15") == "1000000000000000");
  for (const char* wrong :
       {R"("9223372036854775808")", R"("")", R"("-")", R"("+1")", R"(" 1")", R"("1 ")", R"("01")",
        R"("-01")", R"("1.0")", R"("0x1")", "1e16", "0.5", "9223372036854775808", "null", "[]"}) {
    CHECK(wide(wrong).starts_with("m: expected a decimal string of 64 bits, found "));
  }
  const auto unsigned_wide = [](std::string_view text) {
    return value_of<std::uint64_t>(text, read_uint64);
  };
  CHECK(unsigned_wide(R"("18446744073709551615")") == "18446744073709551615");
  CHECK(unsigned_wide("18446744073709551615") == "18446744073709551615");
  CHECK(unsigned_wide(R"("-1")") ==
        "m: expected a decimal string of 64 bits without a sign, found \"-1\"");
  CHECK(unsigned_wide("-1") == "m: expected a decimal string of 64 bits without a sign, found -1");
  CHECK(unsigned_wide("-1.0") ==
        "m: expected a decimal string of 64 bits without a sign, found -1");
}

TEST_CASE("floats are any number, or the name of what is none") {
  double wide = 0;
  const auto read = [&wide](std::string_view text) {
    return outcome(text, [&wide](const boost::json::value& json, const Place& at) {
      return read_float64(json, at, wide);
    });
  };
  CHECK(read("0.1") == "ok");
  CHECK(wide == 0.1);
  CHECK(read("3") == "ok");
  CHECK(wide == 3);
  CHECK(read("18446744073709551615") == "ok");
  CHECK(wide == 18446744073709551616.0);
  CHECK(read("\"NaN\"") == "ok");
  CHECK(std::isnan(wide));
  CHECK(read("\"-Infinity\"") == "ok");
  CHECK(wide == -std::numeric_limits<double>::infinity());
  CHECK(read("\"nan\"") ==
        "m: expected a number, \"NaN\", \"Infinity\" or \"-Infinity\", found \"nan\"");

  CHECK(value_of<float>("0.5", read_float32) == std::to_string(0.5F));
  CHECK(value_of<float>("\"Infinity\"", read_float32) == "inf");
  CHECK(value_of<float>("1e39", read_float32) ==
        "m: expected a number that 32 bits can hold, found 1e+39");
}

TEST_CASE("booleans, void, text") {
  CHECK(value_of<bool>("true", read_bool) == "1");
  CHECK(value_of<bool>("0", read_bool) == "m: expected true or false, found 0");
  CHECK(outcome("null", read_void) == "ok");
  CHECK(outcome("{}", read_void) == "m: expected null, found an object");
  capnp::Text::Reader text;
  const boost::json::value json = boost::json::parse(R"("a\u0000\u00e9")");
  CHECK(read_document([&](const Place& root) { return read_text(json, root, text); }));
  CHECK(std::string_view(text.begin(), text.size()) == std::string_view("a\0\xc3\xa9", 4));
  CHECK(outcome("[1]", [&](const auto& value, const Place& at) {
          return read_text(value, at, text);
        }) == "m: expected a string, found an array");
}

TEST_CASE("enums are names, or numbers of a newer schema") {
  constexpr std::array<std::string_view, 2> names{"buy", "sell"};
  const auto read = [&](std::string_view text) {
    return value_of<std::uint16_t>(text, [&](const auto& json, const Place& at, auto& out) {
      return read_enum(json, at, names, out);
    });
  };
  CHECK(read("\"sell\"") == "1");
  CHECK(read("0") == "0");
  CHECK(read("65535") == "65535");
  CHECK(read("\"hold\"") == "m: expected a name of the schema, found \"hold\"");
  CHECK(read("65536") == "m: expected a name of the schema, or its number, found 65536");
  CHECK(read("\"" + std::string(100, 'x') + "\"") ==
        "m: expected a name of the schema, found a long string");
}

TEST_CASE("data is strict base64") {
  const auto read = [](std::string_view text) {
    std::vector<capnp::byte> bytes;
    const std::string result = outcome("\"" + std::string(text) + "\"",
                                       [&](const boost::json::value& json, const Place& at) {
                                         return read_data(json, at, [&](unsigned size) {
                                           bytes.resize(size);
                                           return capnp::Data::Builder(bytes.data(), size);
                                         });
                                       });
    return result == "ok" ? std::string(bytes.begin(), bytes.end()) : result;
  };
  CHECK(read("").empty());
  CHECK(read("Zg==") == "f");
  CHECK(read("Zm8=") == "fo");
  CHECK(read("Zm9v") == "foo");
  CHECK(read("Zm9vYg==") == "foob");
  CHECK(read("+//+") == "\xfb\xff\xfe");
  for (const char* wrong : {"Zg", "Zg=", "Zg===", "Z", "Zm9v=", "====", "Zh==", "Zm9=", "Zm-v",
                            "Zm v", "=Zm9", "Zg==Zg=="}) {
    CHECK_MESSAGE(read(wrong).starts_with("m: expected a base64 string, found"), wrong);
  }
}

TEST_CASE("any data reads back") {
  std::mt19937 random(9);
  for (int count = 0; count < 2000; ++count) {
    std::vector<capnp::byte> data(random() % 40);
    for (capnp::byte& byte : data) byte = static_cast<capnp::byte>(random());
    std::string text;
    write_data(capnp::Data::Reader(data.data(), data.size()), text);
    std::vector<capnp::byte> back;
    CHECK(outcome(text, [&](const boost::json::value& json, const Place& at) {
            return read_data(json, at, [&](unsigned size) {
              back.resize(size);
              return capnp::Data::Builder(back.data(), size);
            });
          }) == "ok");
    CHECK(back == data);
  }
}

TEST_CASE("an error names its place") {
  const boost::json::value json = boost::json::parse(R"({"order":{"legs":[[1,2],[3,"x"]]}})");
  std::vector<std::vector<int>> legs;
  const Result<void> result = read_document([&](const Place& root) {
    const boost::json::object* object = read_object(json, root);
    const Place order = root.member("order");
    const boost::json::object* inner = read_object(*find(*object, "order"), order);
    return read_list(
        *find(*inner, "legs"), order.member("legs"), 1,
        [&](unsigned size) {
          legs.resize(size);
          return legs;
        },
        [](const auto& element, const Place& at, auto& list, unsigned index) {
          return read_list(
                     element, at, 1,
                     [&](unsigned size) { return std::vector<int>(size, list.empty()); },
                     [](const auto& number, const Place& place, auto& inner_list,
                        unsigned inner_index) {
                       return read_integer(number, place, inner_list[inner_index]);
                     }) &&
                 index < list.size();
        });
  });
  REQUIRE(!result);
  CHECK(result.error().message ==
        "order.legs[1][1]: expected a number from -2147483648 to 2147483647, found \"x\"");
}

TEST_CASE("an error at the root has no place, and a long one is cut") {
  const boost::json::value json = boost::json::parse("[]");
  const Result<void> root =
      read_document([&](const Place& at) { return read_object(json, at) != nullptr; });
  CHECK(root.error().message == "expected an object, found an array");
  const std::string name(10000, 'n');
  const Result<void> cut =
      read_document([&](const Place& at) { return read_object(json, at.member(name)) != nullptr; });
  CHECK(cut.error().message.size() == wire::error_message_size_max);
}

TEST_CASE("a missing member is no error, a union says which or has one member") {
  constexpr std::array<std::string_view, 3> names{"circle", "", "square"};
  const auto which = [&](std::string_view text) {
    return value_of<std::uint16_t>(text, [&](const auto& json, const Place& at, auto& out) {
      return read_which(json.as_object(), at, names, out);
    });
  };
  CHECK(which("{}") == "0");
  CHECK(which(R"({"square":1})") == "2");
  CHECK(which(R"({"which":"square"})") == "2");
  CHECK(which(R"({"which":"circle","square":1})") == "0");
  CHECK(which(R"({"circle":1,"square":1})") ==
        "m: more than one member of a union, and no \"which\"");
  CHECK(which(R"({"which":"oval"})") ==
        "m.which: expected the name of a member of the union, found \"oval\"");
  CHECK(which(R"({"which":""})") ==
        "m.which: expected the name of a member of the union, found \"\"");
  CHECK(which(R"({"which":2})") == "m.which: expected the name of a member of the union, found 2");
}

TEST_CASE("params are an object by name or an array by position") {
  constexpr std::array<std::string_view, 2> names{"a", "b"};
  const auto found = [&](std::string_view text, std::size_t position) -> std::string {
    const boost::json::value json = boost::json::parse(text);
    Params params;
    const Result<void> result =
        read_document([&](const Place& root) { return params.open(json, root, names); });
    if (!result) return result.error().message;
    const boost::json::value* const value = params.find(position);
    return value == nullptr ? "none" : std::to_string(value->as_int64());
  };
  CHECK(found(R"({"b":2,"a":1})", 0) == "1");
  CHECK(found(R"({"b":2})", 0) == "none");
  CHECK(found("[1,2]", 1) == "2");
  CHECK(found("[1]", 1) == "none");
  CHECK(found("[]", 0) == "none");
  CHECK(found("[1,2,3]", 0) == "expected at most 2 params, found 3");
  CHECK(found("3", 0) == "expected an object or an array, found 3");
}

TEST_CASE("a short text cannot make a large message") {
  const boost::json::value json = boost::json::parse("[{},{},{},{}]");
  bool was_made = false;
  const Result<void> result = read_document([&](const Place& root) {
    return read_list(
        json, root.member("rows"), wire::reader_traversal_words_max / 4,
        [&](unsigned size) {
          was_made = true;
          return size;
        },
        [](const auto&, const Place&, auto, auto) { return true; });
  });
  CHECK(!was_made);
  CHECK(result.error().message == "rows: the message would be too large");
}

}  // namespace cortado::json_support
