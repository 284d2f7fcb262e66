// SPDX-License-Identifier: Apache-2.0
// The generated JSON codecs of vectors.capnp, by the name of the struct.
#pragma once

#include <boost/json/value.hpp>
#include <capnp/any.h>

#include <string>
#include <string_view>

#include "rpc/error.hpp"

namespace cortado::vectors {

struct Codec {
  std::string_view name;
  Result<void> (*from_json)(const boost::json::value& json, capnp::AnyPointer::Builder root);
  void (*to_json)(capnp::AnyPointer::Reader root, std::string& out);
};

/// Null when there is no such struct.
[[nodiscard]] const Codec* find_codec(std::string_view name);

}  // namespace cortado::vectors
