// SPDX-License-Identifier: Apache-2.0
// What generated JSON codecs offer and stand on. One shape in C++, TypeScript and OpenRPC:
//
//   Bool, Int8-32, UInt8-32, Float   number; a Float that is not finite: "NaN", "Infinity", "-Infinity"
//   Int64, UInt64                    decimal string (a number is taken too if it is exact)
//   Text / Data                      string / base64 string
//   enum                             name; a number for an enumerant this side does not know
//   List                             array
//   struct, group                    object; a null struct pointer is left out
//   union                            the active member by its name, and "which": that name (when
//                                    reading, "which" may be left out: the one member there is)
//   Void                             null
//
// Reading: a missing member is its default; an unknown member is ignored, as a newer peer may send
// it; a wrong type or a number out of range is an error that names the member.
#pragma once

#include <boost/json/value.hpp>
#include <capnp/any.h>

#include <span>
#include <string>
#include <string_view>

#include "rpc/error.hpp"

namespace cortado {

/// Of a method that streams, params or results are those of one item.
struct JsonMethod {
  /// Fills the params root from an object (by name) or an array (by position). The error is
  /// `invalid_argument` and names the member: "order.quantity: expected a number, found a string".
  Result<void> (*params_from_json)(const boost::json::value& json,
                                   capnp::AnyPointer::Builder params);
  /// Appends the results as JSON text.
  void (*results_to_json)(capnp::AnyPointer::Reader results, std::string& out);
};

/// The JSON side of one service: `MarketService::json_codec()`.
struct JsonCodec {
  /// By ordinal, as ServiceInfo::methods.
  std::span<const JsonMethod> methods;
  /// This service's part of the OpenRPC document: an object with `methods` and `schemas`.
  std::string_view openrpc;
};

}  // namespace cortado
