// SPDX-License-Identifier: Apache-2.0
// Constants and defaults: from the request's values, which are Cap'n Proto data of any schema, to
// Value trees. Needs the model of the types they are of.
#pragma once

#include <capnp/schema.capnp.h>

#include <cstddef>
#include <expected>
#include <string>
#include <vector>

#include "codegen/model.hpp"

namespace cortado::codegen {

/// A scalar, enum, text or data value, and the message of a list or struct; not yet what is in it.
/// The error, for people, is that the value is of another type.
[[nodiscard]] std::expected<Value, std::string> read_value(const Type& type,
                                                           capnp::schema::Value::Reader value);

/// Fills `elements` or `members` of a list or struct value from its `message`. All types that it
/// is made of are loaded, the scalar defaults of their fields too. The error: it is too large.
[[nodiscard]] std::expected<void, std::string> expand_value(const Type& type, Value& value);

}  // namespace cortado::codegen
