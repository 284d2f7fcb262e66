// SPDX-License-Identifier: Apache-2.0
// The decisions about one request, in their order: before the network is asked, and when it has answered
// or not.
#pragma once

#include <span>

#include "client-wasm/proxy/context.hpp"

namespace cortado::proxy {

/// Why a request of that route is not looked up at all; none: it is.
[[nodiscard]] Reason reason_to_bypass(const RequestHead& request, const Route& route);

/// `stored`: all that is stored under the request's key. serve, serve_and_revalidate, fetch, race, fail
/// or bypass.
[[nodiscard]] Decision decide(const Context& context, const RequestHead& request,
                              std::span<const Stored> stored);

/// The head of the network's answer has come, at `context.now`. `stored`: the entry that the decision to
/// fetch named, if it named one. store, pass, freshen, serve, update or retry.
[[nodiscard]] Decision received(const Context& context, const RequestHead& request,
                                const ResponseHead& response, const Stored* stored,
                                Milliseconds request_time);

/// The network has failed, or the time-out is over. serve or fail.
[[nodiscard]] Decision failed(const Context& context, const RequestHead& request,
                              const Stored* stored, bool is_timeout);

/// RFC 9111, 4.4: the addresses that are void after that answer to an unsafe request; one a line.
[[nodiscard]] std::string changed_urls(const RequestHead& request, const ResponseHead& response);

}  // namespace cortado::proxy
