// SPDX-License-Identifier: Apache-2.0
// Answers made from what is stored (RFC 9111, 4 and 4.3.2; RFC 9110, 13 and 14), and the conditions by
// which the origin is asked whether it is still good (RFC 9111, 4.3.1).
#pragma once

#include "client-wasm/proxy/context.hpp"

namespace cortado::proxy {

/// Whether the request's range, if it has one, can be cut out of what is stored: one range of bytes, of
/// a body that is not encoded (a page has it decoded, and ranges are of the encoded bytes).
[[nodiscard]] bool can_serve_range(const RequestHead& request, const Record& record);

/// Status, headers and range of the answer. `is_validated`: the origin has just said that all of it is
/// good, also what `no-cache="…"` names.
void answer_with(Decision& decision, const RequestHead& request, const Record& record,
                 std::int64_t body_size, bool is_validated, Milliseconds now);

/// To answer with an entry that has a record.
[[nodiscard]] Decision serve(const Context& context, const RequestHead& request,
                             const Stored& stored, Reason reason, Seconds seconds);

/// Headers for a request that validates; empty: it cannot.
[[nodiscard]] std::string conditions_of(const Context& context, const RequestHead& request,
                                        const Record& record);

/// 4.3.4: whether a 304 is about that response.
[[nodiscard]] bool is_about(const Headers& not_modified, const Record& record);

}  // namespace cortado::proxy
