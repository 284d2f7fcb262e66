// SPDX-License-Identifier: Apache-2.0
// From the compiler's request to the checked model. What Cortado does not support is refused here,
// for every printer alike.
#pragma once

#include "codegen/diagnostics.hpp"
#include "codegen/locate.hpp"
#include "codegen/model.hpp"
#include "codegen/request.hpp"

namespace cortado::codegen {

/// The model may be printed only if `diagnostics` has no errors then. Throws kj::Exception when the
/// request is damaged.
[[nodiscard]] Model load(const Request& request, Sources& sources, Diagnostics& diagnostics);

}  // namespace cortado::codegen
