// SPDX-License-Identifier: Apache-2.0
// What is stored of which responses (RFC 9111, 3), and what becomes of it when the origin says that it
// is still good.
#pragma once

#include "client-wasm/proxy/context.hpp"

namespace cortado::proxy {

/// `stored`: it may be. A route with the scope public is a shared cache in what it stores.
[[nodiscard]] Reason may_store(const Context& context, const RequestHead& request,
                               const ResponseHead& response);

/// The record of a response that came at `context.now`.
[[nodiscard]] std::string make_record(const Context& context, const RequestHead& request,
                                      const ResponseHead& response, Milliseconds request_time);

/// 3.2 and 4.3.4: the stored response with the headers of a newer one, of a 304 or of a HEAD.
[[nodiscard]] std::string freshened(const Context& context, const RequestHead& request,
                                    const Record& stored, const ResponseHead& response,
                                    Milliseconds request_time);

}  // namespace cortado::proxy
