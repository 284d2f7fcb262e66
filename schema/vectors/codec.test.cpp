// SPDX-License-Identifier: Apache-2.0
// The golden messages, read and written by generated C++. js-glue/src/codec does the same with the
// same files.
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <doctest/doctest.h>
#include <kj/exception.h>

#include <set>

#include "rpc/channel.hpp"
#include "schema/vectors/codecs.hpp"
#include "schema/vectors/index.hpp"
#include "schema/vectors/special.hpp"

using namespace cortado::vectors;

namespace {

/// As a peer reads it, within the protocol's limits.
std::string decode(const Vector& vector) {
  const Codec* const codec = find_codec(vector.structure);
  REQUIRE_MESSAGE(codec != nullptr, vector.structure);
  const cortado::ReceivedMessage message(read_bytes(vector.bin + ".bin"));
  std::string json;
  codec->to_json(message.root(), json);
  return json;
}

}  // namespace

TEST_CASE("what is read is the JSON beside it") {
  for (const Vector& vector : read_index()) {
    if (vector.json.empty()) continue;
    CAPTURE(vector.name);
    CHECK(boost::json::serialize(boost::json::parse(decode(vector))) ==
          boost::json::serialize(boost::json::parse(read_text(vector.json + ".json"))));
  }
}

TEST_CASE("what is written are the same bytes") {
  for (const Vector& vector : read_index()) {
    CAPTURE(vector.name);
    if (!vector.input.empty()) {
      CHECK((encode(vector.structure, vector.input) == read_bytes(vector.bin + ".bin")));
    }
    if (!vector.json.empty() && !vector.rewritten.empty()) {
      CHECK((encode(vector.structure, vector.json) == read_bytes(vector.rewritten + ".bin")));
    }
  }
}

TEST_CASE("what cannot be trusted is refused") {
  for (const Vector& vector : read_index()) {
    if (!vector.json.empty()) continue;
    CAPTURE(vector.name);
    CHECK_THROWS_AS(static_cast<void>(decode(vector)), kj::Exception);
  }
}

TEST_CASE("the index is whole, and the messages made by hand are as they were") {
  std::set<std::string> known;
  for (const Vector& vector : read_index()) {
    CAPTURE(vector.name);
    CHECK(known.insert(vector.name).second);
    CHECK(vector.name.starts_with("refuse_") == vector.json.empty());
  }
  for (const Special& special : special_vectors()) {
    CAPTURE(special.name);
    CHECK(known.contains(special.name));
    CHECK((special.bytes == read_bytes(special.name + ".bin")));
  }
}
