// SPDX-License-Identifier: Apache-2.0
// The part of an OpenRPC document that the JSON codec of a service carries.
#pragma once

#include <string>

#include "codegen/model.hpp"

namespace cortado::codegen {

/// {"methods": [...], "schemas": {...}} of one service, on one line.
[[nodiscard]] std::string openrpc_fragment(const Interface& interface);

}  // namespace cortado::codegen
