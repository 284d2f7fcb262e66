// SPDX-License-Identifier: Apache-2.0
#include "bench/server/raw_websocket.hpp"

#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

namespace cortado::bench {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Stream = beast::websocket::stream<asio::ip::tcp::socket>;

constexpr std::size_t frame_header_size = 8;

/// Appends an answer for every frame: call slot (4 bytes), size (4 bytes), text, padding to 8. The
/// text is copied, as a service that computes something would write its results.
void answer_frames(std::span<const std::byte> message, std::vector<std::byte>& out) {
  while (message.size() >= frame_header_size) {
    std::uint32_t text_size = 0;
    std::memcpy(&text_size, message.data() + 4, sizeof text_size);
    const std::size_t frame_size =
        frame_header_size + ((std::size_t{text_size} + 7) & ~std::size_t{7});
    if (frame_size > message.size()) return;
    out.insert(out.end(), message.begin(),
               message.begin() + static_cast<std::ptrdiff_t>(frame_size));
    message = message.subspan(frame_size);
  }
}

asio::awaitable<void> echo(Stream& stream) {
  beast::flat_buffer message;
  for (;;) {
    co_await stream.async_read(message, asio::use_awaitable);
    co_await stream.async_write(message.data(), asio::use_awaitable);
    message.clear();
  }
}

asio::awaitable<void> echo_coalesced(Stream& stream) {
  beast::flat_buffer message;
  std::vector<std::byte> answers;
  for (;;) {
    co_await stream.async_read(message, asio::use_awaitable);
    answers.clear();
    const auto received = message.data();
    answer_frames({static_cast<const std::byte*>(received.data()), received.size()}, answers);
    co_await stream.async_write(asio::buffer(answers), asio::use_awaitable);
    message.clear();
  }
}

}  // namespace

asio::awaitable<void> serve_websocket(
    asio::ip::tcp::socket socket, const beast::http::request<beast::http::string_body>& upgrade) {
  Stream stream(std::move(socket));
  stream.auto_fragment(false);
  stream.binary(true);
  co_await stream.async_accept(upgrade, asio::use_awaitable);
  if (upgrade.target() == "/raw-coalesced")
    co_await echo_coalesced(stream);
  else
    co_await echo(stream);
}

}  // namespace cortado::bench
