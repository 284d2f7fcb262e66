// SPDX-License-Identifier: Apache-2.0
// The JSON codecs of golden/, compiled from there, read and write every shape of value.
#include <doctest/doctest.h>

#include "codegen/golden_support.hpp"
#include "constants.cortado.json.hpp"
#include "defaults.cortado.json.hpp"
#include "doc_comments.cortado.json.hpp"
#include "evolution_v1.cortado.json.hpp"
#include "evolution_v2.cortado.json.hpp"
#include "imports/deep/deeper.cortado.json.hpp"
#include "imports/main.cortado.json.hpp"
#include "imports/shared.cortado.json.hpp"
#include "interfaces.cortado.json.hpp"
#include "lists.cortado.json.hpp"
#include "name_clash.cortado.json.hpp"
#include "nested_scopes.cortado.json.hpp"
#include "reserved_words.cortado.json.hpp"
#include "unions.cortado.json.hpp"

using namespace cortado::codegen::test;
using namespace hazard;

TEST_CASE("every struct goes to JSON and back with its defaults") {
  check_empty<constants::Point>();
  check_empty<defaults::Inner>();
  check_empty<defaults::Scalars>();
  check_empty<defaults::Pointers>();
  check_empty<defaults::UnionDefaults>();
  check_empty<doc_comments::Documented>();
  check_empty<doc_comments::Talk::SayParams>();
  check_empty<imports::Local>();
  check_empty<imports::Deeper>();
  check_empty<imports::shared::Shared>();
  check_empty<interfaces::Annotated::WriteParams>();
  check_empty<interfaces::Nothing>();
  check_empty<lists::Empty>();
  check_empty<lists::Lists>();
  check_empty<name_clash::Shape>();
  check_empty<name_clash::Service>();
  check_empty<name_clash::MarketA::ServiceResults>();
  check_empty<nested_scopes::Outer>();
  check_empty<nested_scopes::Outer::Inner>();
  check_empty<nested_scopes::Outer::Inner::Innermost>();
  check_empty<nested_scopes::Other>();
  check_empty<nested_scopes::Exchange::Market::HistoryParams>();
  check_empty<reserved_words::Words>();
  check_empty<reserved_words::Choice>();
  check_empty<unions::Shape>();
  check_empty<unions::Named>();
  check_empty<unions::OrdinalOrder>();
}

TEST_CASE("lists of everything") {
  const std::string json = R"({
    "voids": [null, null, null], "bools": [true, false, true], "int8s": [-128, 0, 127],
    "int16s": [-32768], "int32s": [-2147483648, 2147483647],
    "int64s": ["-9223372036854775808", "9223372036854775807"], "uint8s": [0, 255],
    "uint16s": [65535], "uint32s": [4294967295], "uint64s": ["18446744073709551615"],
    "float32s": [0.1, "NaN"], "float64s": ["Infinity", "-Infinity", 1e300],
    "texts": ["", "a\nb", "ünïcödé"], "datas": ["", "AAECAw=="], "enums": ["sell", "buy", 7],
    "empties": [{}, {}], "smalls": [{"number": 1}, {"number": -1}],
    "pointers": [{"text": "a"}, {"text": "b", "next": {"text": "c"}}],
    "boolLists": [[true], [], [false, true]], "textLists": [["x"], []],
    "structLists": [[{"number": 5}], []], "deep": [[[1, 2], []], []], "voidLists": [[null], []],
    "enumLists": [["buy"], ["sell", 9]], "dataLists": [["AA=="]]})";
  CHECK(through<lists::Lists>(json) == plain(json));
}

TEST_CASE("a wrong element is named by its place") {
  CHECK(through<lists::Lists>(R"({"smalls": [{}, {"number": "5"}]})") ==
        "invalid_argument: smalls[1].number: expected a number from -2147483648 to 2147483647, "
        "found \"5\"");
  CHECK(through<lists::Lists>(R"({"deep": [[[1], [70000]]]})")
            .starts_with("invalid_argument: deep[0][1][0]: "));
  CHECK(through<lists::Lists>(R"({"datas": ["?"]})").starts_with("invalid_argument: datas[0]: "));
  CHECK(through<lists::Lists>("[]").starts_with("invalid_argument: "));
}

TEST_CASE("defaults stand for what is missing, and give way to what is there") {
  const std::string json = empty<defaults::Scalars>();
  CHECK(plain(json) == plain(R"({
    "yes": true, "no": false, "int8": -128, "int16": -32768, "int32": -2147483648,
    "int64": "-9223372036854775808", "uint8": 255, "uint16": 65535, "uint32": 4294967295,
    "uint64": "18446744073709551615", "float32": 1.5, "float64": -2.25e-300,
    "infinite": "Infinity", "negativeInfinite": "-Infinity", "notANumber": "NaN",
    "level": "high", "nothing": null})"));
  CHECK(through<defaults::Scalars>(R"({"yes": false, "int64": "5", "level": "low"})")
            .find(R"("int64":"5")") != std::string::npos);
  const std::string pointers = empty<defaults::Pointers>();
  CHECK(pointers.find(R"("inner":{"number":5,"text":"five","list":[1,2]})") != std::string::npos);
  CHECK(pointers.find(R"("bools":[true,false,true])") != std::string::npos);
  CHECK(pointers.find("plainInner") == std::string::npos);
  CHECK(through<defaults::Pointers>(R"({"text": "", "texts": []})").find(R"("texts":[])") !=
        std::string::npos);
}

TEST_CASE("a union is its active member and which") {
  for (const char* json : {
           R"({"name": "n", "color": 1, "which": "nothing", "nothing": null})",
           R"({"name": "n", "color": 1, "which": "circle", "circle": 2.5})",
           R"({"name": "n", "color": 1, "which": "polygon", "polygon": [{"x": 1, "y": 2}]})",
           R"({"name": "n", "color": 1, "which": "label", "label": ""})",
           R"({"name": "n", "color": 1, "which": "picture", "picture": "AAE="})",
           R"({"name": "n", "color": 1, "which": "point", "point": {"x": 1, "y": -2}})",
           R"({"name": "n", "color": 1, "which": "unit", "unit": "foot"})",
           R"({"name": "n", "color": 1, "which": "filled", "filled": true})",
           R"({"name": "n", "color": 1, "which": "rectangle",
               "rectangle": {"width": 3, "height": 1, "title": "t"}})",
           R"({"name": "n", "color": 1, "which": "big", "big": "18446744073709551615"})",
           R"({"name": "n", "color": 1, "which": "small", "small": -1})",
       }) {
    CHECK(through<unions::Shape>(json) == plain(json));
  }
}

TEST_CASE("which may be left out where it is clear, and a member where which says it") {
  const auto which = [](const char* json) {
    const auto value = boost::json::parse(through<unions::Shape>(json));
    return std::string(value.at("which").as_string());
  };
  CHECK(which("{}") == "nothing");
  CHECK(which(R"({"circle": 2})") == "circle");
  CHECK(which(R"({"which": "rectangle"})") == "rectangle");
  CHECK(through<unions::Shape>(R"({"which": "small"})").find(R"("small":-1)") != std::string::npos);
  // Active, but null: a struct that is left out, a text that is empty.
  CHECK(which(R"({"which": "point"})") == "point");
  CHECK(through<unions::Shape>(R"({"which": "point"})").find(R"("point":{)") == std::string::npos);
  CHECK(through<unions::Shape>(R"({"which": "label"})").find(R"("label":"")") != std::string::npos);
  CHECK(through<unions::Shape>(R"({"circle": 1, "small": 2})").starts_with("invalid_argument: "));
  CHECK(through<unions::Shape>(R"({"which": "star"})").starts_with("invalid_argument: which: "));
  CHECK(through<unions::Shape>(R"({"which": "circle", "small": "ignored", "circle": 1})")
            .find(R"("circle":1)") != std::string::npos);
}

TEST_CASE("named unions and groups are objects") {
  const std::string json = R"({
    "first": {"which": "b", "b": "text"},
    "second": {"which": "d", "d": {"e": 5, "inner": {"which": "g", "g": ["x", "y"]}}},
    "plain": {"i": true, "j": "other", "deeper": {"k": 0.5, "l": {
      "first": {"which": "a", "a": 1}, "second": {"which": "h", "h": null},
      "plain": {"i": false, "j": "j", "deeper": {"k": 0}}}}}})";
  CHECK(through<unions::Named>(json) == plain(json));
  CHECK(through<unions::Named>(R"({"second": {"d": {"e": 70000}}})")
            .starts_with("invalid_argument: second.d.e: "));
}

TEST_CASE("names that are words") {
  const std::string choice = R"({"which": "which_", "which_": 5})";
  CHECK(through<reserved_words::Choice>(choice) == plain(choice));
  const std::string group = R"({"which": "union", "union": {"struct": 1, "which": "coAwait"}})";
  CHECK(through<reserved_words::Choice>(group) == plain(group));
  CHECK(through<reserved_words::Words>(R"({"class": 3, "which": "null"})")
            .find(R"("which":"null")") != std::string::npos);
}

TEST_CASE("an older schema reads what a newer one wrote, and the other way round") {
  capnp::MallocMessageBuilder newer;
  const auto json = boost::json::parse(R"({"id": 1, "name": "n", "kind": "royal",
    "weight": 2.5, "price": "7", "tags": ["t"], "parent": {"id": 2}})");
  REQUIRE(from_json(json, newer.initRoot<evolution_v2::Item>()));
  std::string old_json;
  to_json(newer.getRoot<capnp::AnyPointer>().getAs<evolution_v1::Item>().asReader(), old_json);
  // What it does not know by name it knows by number.
  CHECK(plain(old_json) == plain(R"({"id": 1, "name": "n", "kind": 2, "which": 2})"));
  capnp::MallocMessageBuilder older;
  REQUIRE(from_json(boost::json::parse(R"({"id": 3, "count": 4})"),
                    older.initRoot<evolution_v1::Item>()));
  std::string new_json;
  to_json(older.getRoot<capnp::AnyPointer>().asReader().getAs<evolution_v2::Item>(), new_json);
  CHECK(plain(new_json) == plain(R"({"id": 3, "name": "", "kind": "plain", "price": "100",
    "tags": [], "which": "count", "count": 4})"));
  // A member that only a newer schema has is ignored.
  CHECK(through<evolution_v1::Basket>(R"({"owner": "o", "total": "5"})") ==
        plain(R"({"items": [], "owner": "o"})"));
}
