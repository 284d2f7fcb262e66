// SPDX-License-Identifier: Apache-2.0
// For tests of generated JSON codecs.
#pragma once

#include <boost/json/parse.hpp>      // tidy-allow: generated JSON codecs take its values
#include <boost/json/serialize.hpp>  // tidy-allow: as above
#include <boost/json/value.hpp>      // tidy-allow: as above
#include <capnp/message.h>           // tidy-allow: only tests include this file
#include <doctest/doctest.h>         // tidy-allow: only tests include this file

#include <string>
#include <string_view>

#include "rpc/error.hpp"  // tidy-allow: what generated code is made of

namespace cortado::codegen::test {

/// JSON without a difference in spaces.
inline std::string plain(std::string_view json) {
  return boost::json::serialize(boost::json::parse(json));
}

/// JSON to a message and back; an error is its text.
template <class T>
std::string through(std::string_view json) {
  capnp::MallocMessageBuilder message;
  const Result<void> read = from_json(boost::json::parse(json), message.initRoot<T>());
  if (!read) return to_string(read.error());
  std::string out;
  to_json(message.getRoot<T>().asReader(), out);
  return plain(out);
}

/// What an empty message of the type is as JSON.
template <class T>
std::string empty() {
  capnp::MallocMessageBuilder message;
  std::string out;
  to_json(message.initRoot<T>().asReader(), out);
  return plain(out);
}

/// All members at their defaults, read and written again.
template <class T>
void check_empty() {
  CAPTURE(empty<T>());
  CHECK(through<T>(empty<T>()) == empty<T>());
  CHECK(through<T>("{}") == empty<T>());
}

}  // namespace cortado::codegen::test
