// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace cortado::server {

/// The Content-Type of a file, by the end of its name; unknown ones are application/octet-stream,
/// which a browser saves and never runs.
[[nodiscard]] std::string_view mime_type(std::string_view file_name);

}  // namespace cortado::server
