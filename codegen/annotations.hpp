// SPDX-License-Identifier: Apache-2.0
// The annotations of schema/cortado/annotations.capnp: from the request's values to the typed
// fields of a Method, each checked against the method it is on.
#pragma once

#include <capnp/schema.capnp.h>

#include <cstdint>
#include <optional>

#include "codegen/diagnostics.hpp"
#include "codegen/model.hpp"

namespace cortado::codegen {

/// Fills the methods of an interface; their params and results are loaded. `node` is its own.
void apply_annotations(Interface& interface, capnp::schema::Node::Reader node,
                       Diagnostics& diagnostics);

/// `$wireNumber` of an enumerant.
[[nodiscard]] std::optional<std::uint32_t> wire_number(
    capnp::List<capnp::schema::Annotation>::Reader annotations);

}  // namespace cortado::codegen
