// SPDX-License-Identifier: Apache-2.0
#include "bench/server/raw_websocket.hpp"

#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include <algorithm>
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

using Bytes = std::span<const std::byte>;

Bytes bytes_of(const beast::flat_buffer& message) {
  const auto received = message.data();
  return {static_cast<const std::byte*>(received.data()), received.size()};
}

/// Calls `visit(frame, text)` for every frame: call slot (4 bytes), size (4 bytes), text, padding to
/// 8. What is cut off is passed over.
template <class Visit>
void for_each_frame(Bytes message, Visit visit) {
  while (message.size() >= frame_header_size) {
    std::uint32_t text_size = 0;
    std::memcpy(&text_size, message.data() + 4, sizeof text_size);
    const std::size_t frame_size =
        frame_header_size + ((std::size_t{text_size} + 7) & ~std::size_t{7});
    if (frame_size > message.size()) return;
    visit(message.first(frame_size), message.subspan(frame_header_size, text_size));
    message = message.subspan(frame_size);
  }
}

/// Appends an answer for every frame. The text is copied, as a service that computes something would
/// write its results.
void answer_frames(Bytes message, std::vector<std::byte>& out) {
  for_each_frame(message,
                 [&](Bytes frame, Bytes) { out.insert(out.end(), frame.begin(), frame.end()); });
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
    answer_frames(bytes_of(message), answers);
    co_await stream.async_write(asio::buffer(answers), asio::use_awaitable);
    message.clear();
  }
}

constexpr std::size_t push_message_size_max = 64 << 10;

/// A message is a count (4 bytes) and a text. The text comes back so often, in frames as those of
/// echo_coalesced(), as many in a message as a moderate one holds; or each in a message of its own.
asio::awaitable<void> push(Stream& stream, bool is_coalesced) {
  beast::flat_buffer message;
  for (;;) {
    co_await stream.async_read(message, asio::use_awaitable);
    const Bytes request = bytes_of(message);
    if (request.size() < sizeof(std::uint32_t)) co_return;
    std::uint32_t count = 0;
    std::memcpy(&count, request.data(), sizeof count);
    const auto text = request.subspan(sizeof count);
    const auto text_size = static_cast<std::uint32_t>(text.size());
    std::vector<std::byte> out;
    while (count > 0) {
      out.clear();
      do {
        const std::size_t frame = out.size();
        out.resize(frame + frame_header_size + ((text.size() + 7) & ~std::size_t{7}));
        std::memcpy(out.data() + frame + 4, &text_size, sizeof text_size);
        std::memcpy(out.data() + frame + frame_header_size, text.data(), text.size());
      } while (--count > 0 && is_coalesced && out.size() < push_message_size_max);
      co_await stream.async_write(asio::buffer(out), asio::use_awaitable);
    }
    message.clear();
  }
}

/// Takes texts, each a message or in frames as those of echo_coalesced(), until an empty message. The
/// answer is how many were equal to the first (4 bytes), and the first.
asio::awaitable<void> collect(Stream& stream, bool is_coalesced) {
  beast::flat_buffer message;
  std::vector<std::byte> answer(sizeof(std::uint32_t));
  std::uint32_t count = 0;
  const auto take = [&](Bytes text) {
    if (count == 0) answer.insert(answer.end(), text.begin(), text.end());
    if (std::ranges::equal(text, Bytes(answer).subspan(sizeof count))) ++count;
  };
  for (;;) {
    co_await stream.async_read(message, asio::use_awaitable);
    const Bytes received = bytes_of(message);
    if (received.empty()) {
      std::memcpy(answer.data(), &count, sizeof count);
      co_await stream.async_write(asio::buffer(answer), asio::use_awaitable);
      answer.resize(sizeof count);
      count = 0;
    } else if (is_coalesced) {
      for_each_frame(received, [&](Bytes, Bytes text) { take(text); });
    } else {
      take(received);
    }
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
  if (upgrade.target() == "/raw-coalesced") {
    co_await echo_coalesced(stream);
  } else if (upgrade.target().starts_with("/raw-push")) {
    co_await push(stream, upgrade.target() == "/raw-push-coalesced");
  } else if (upgrade.target().starts_with("/raw-upload")) {
    co_await collect(stream, upgrade.target() == "/raw-upload-coalesced");
  } else {
    co_await echo(stream);
  }
}

}  // namespace cortado::bench
