// SPDX-License-Identifier: Apache-2.0
// What the rest of the tree takes for granted of Cap'n Proto as CortadoCapnp.cmake builds it:
// above all that its exceptions can be caught, in a page too, where they once aborted the module.
#include <capnp/message.h>
#include <capnp/schema.capnp.h>
#include <capnp/serialize.h>
#include <doctest/doctest.h>
#include <kj/debug.h>

#include <string_view>

TEST_CASE("a message written is the message read") {
  capnp::MallocMessageBuilder message;
  message.initRoot<capnp::schema::CapnpVersion>().setMajor(7);
  const kj::Array<capnp::word> words = capnp::messageToFlatArray(message);
  capnp::FlatArrayMessageReader reader(words);
  CHECK(reader.getRoot<capnp::schema::CapnpVersion>().getMajor() == 7);
}

TEST_CASE("a kj::Exception is caught, with its text") {
  const auto fail = [] { KJ_FAIL_REQUIRE("out of coffee", 42); };
  try {
    fail();
    FAIL("not thrown");
  } catch (const kj::Exception& error) {
    CHECK(std::string_view(error.getDescription().cStr()) == "out of coffee; 42 = 42");
  }
}

TEST_CASE("a message that points outside itself throws instead of aborting") {
  capnp::word words[2] = {};
  auto* const bytes = reinterpret_cast<unsigned char*>(words);
  bytes[4] = 1;     // one segment of one word...
  bytes[8] = 0xfc;  // ...whose root is a struct far behind its end
  bytes[12] = 1;
  CHECK_THROWS_AS(
      {
        capnp::FlatArrayMessageReader reader(kj::arrayPtr(words, 2));
        static_cast<void>(reader.getRoot<capnp::schema::CapnpVersion>().getMajor());
      },
      kj::Exception);
}
