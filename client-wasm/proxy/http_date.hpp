// SPDX-License-Identifier: Apache-2.0
// Dates of header fields (RFC 9110, 5.6.7).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client-wasm/proxy/text.hpp"

namespace cortado::proxy {

/// One of the three forms: IMF-fixdate, RFC 850, asctime. The names of days and months and "GMT" may
/// be in any case, and a day's name that is wrong is not noticed; all else is as the grammar says.
/// nullopt: invalid. `now` says of which century two digits are.
[[nodiscard]] std::optional<Milliseconds> to_date(std::string_view text, Milliseconds now);

/// As IMF-fixdate; years up to 9999.
void append_date(std::string& text, Milliseconds time);

}  // namespace cortado::proxy
