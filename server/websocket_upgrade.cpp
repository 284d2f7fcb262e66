// SPDX-License-Identifier: Apache-2.0
#include "server/websocket_upgrade.hpp"

#include <boost/beast/core/string.hpp>

#include <utility>

#include "net/websocket_key.hpp"
#include "server/cors.hpp"
#include "wire/protocol.hpp"

namespace cortado::server {
namespace {

Response refusal(unsigned status, std::string_view why) {
  Response response(status);
  response.set_text(std::string(why) + "\n");
  return response;
}

}  // namespace

bool wants_websocket(const Request& request) {
  return request.method == http::verb::get &&
         boost::beast::iequals(request.header(http::field::upgrade), "websocket") &&
         accepts_token(request.header(http::field::connection), "upgrade");
}

std::expected<AcceptedWebSocket, Response> accept_websocket(const OriginPolicy& origins,
                                                            const Request& request,
                                                            bool may_have_lanes) {
  const std::string_view origin = request.header(http::field::origin);
  if (!origins.may_call(origin, request.header(http::field::host))) {
    return std::unexpected(refusal(403, origin_refusal(origin)));
  }
  if (request.header(http::field::sec_websocket_version) != "13") {
    Response response = refusal(426, "this server speaks version 13 of WebSocket");
    response.set("Sec-WebSocket-Version", "13");
    return std::unexpected(std::move(response));
  }
  const std::string_view key = request.header(http::field::sec_websocket_key);
  if (!net::is_websocket_key(key)) {
    return std::unexpected(refusal(400, "Sec-WebSocket-Key must be 16 bytes in base64"));
  }
  const std::string_view offered = request.header(http::field::sec_websocket_protocol);
  const bool has_lanes = may_have_lanes && accepts_token(offered, wire::subprotocol_of_lanes);
  if (!has_lanes && !accepts_token(offered, wire::subprotocol)) {
    return std::unexpected(refusal(400, "the WebSocket here speaks the subprotocol " +
                                            std::string(wire::subprotocol) +
                                            ", which was not asked for"));
  }
  std::string answer =
      "HTTP/1.1 101 Switching Protocols\r\n"
      "Upgrade: websocket\r\n"
      "Connection: Upgrade\r\n"
      "Sec-WebSocket-Accept: " +
      net::accept_key(key) + "\r\nSec-WebSocket-Protocol: ";
  answer += has_lanes ? wire::subprotocol_of_lanes : wire::subprotocol;
  answer += "\r\n\r\n";
  return AcceptedWebSocket{std::move(answer), has_lanes};
}

}  // namespace cortado::server
